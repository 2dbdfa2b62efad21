import { texts } from "../texts";

/** The way to the playground as one file, for whoever can't keep the page. */
export function OneFileLink() {
  return (
    <a href="chatting-time.html" download>
      {texts.current.help.oneFile}
    </a>
  );
}
