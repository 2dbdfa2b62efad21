import { href } from "../../app/router";
import { codeTexts } from "../../texts/code";

/** How to get an exchange. */
export function NoExchange() {
  const t = codeTexts.current.empty;
  return (
    <section class="code-empty">
      <h1>{t.title}</h1>
      <p>{t.text}</p>
      <p class="mono">{t.example}</p>
      <p>
        <a href={href("lab")}>{t.toLab}</a>
      </p>
    </section>
  );
}
