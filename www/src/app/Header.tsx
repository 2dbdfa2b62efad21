import { IconButton } from "../components/IconButton";
import { texts } from "../texts";
import { Navigation } from "./Navigation";
import { Preferences } from "./Preferences";
import { Share } from "./Share";
import { WhereInHistory } from "./WhereInHistory";
import { Wordmark } from "./Wordmark";
import "./header.css";

export function Header({ onKeys }: { onKeys: () => void }) {
  return (
    <header class="page-head">
      <Wordmark />
      <Navigation />
      <div class="page-head-end">
        <WhereInHistory />
        <Share />
        <IconButton icon="keys" label={texts.current.keys.open} shortcut="?" class="plain" onClick={onKeys} />
        <Preferences />
      </div>
    </header>
  );
}
