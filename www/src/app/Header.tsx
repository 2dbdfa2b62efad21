import { IconButton } from "../components/IconButton";
import { texts } from "../texts";
import { Navigation } from "./Navigation";
import { Preferences } from "./Preferences";
import { Share } from "./Share";
import { WhereInHistory } from "./WhereInHistory";
import { Wordmark } from "./Wordmark";
import "./header.css";

export function Header({ onHelp }: { onHelp: () => void }) {
  return (
    <header class="page-head">
      <Wordmark />
      <Navigation />
      <div class="page-head-end">
        <WhereInHistory />
        <Share />
        <IconButton icon="help" label={texts.current.help.open} shortcut="?" class="plain" onClick={onHelp} />
        <Preferences />
      </div>
    </header>
  );
}
