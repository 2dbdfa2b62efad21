import { serverTexts } from "../../texts/server";
import "./opened-as-file.css";

/** There is no server behind a file: why, and what to do instead. */
export function OpenedAsFile() {
  const t = serverTexts.current.asFile;
  return (
    <section class="opened-as-file">
      <h1>{t.title}</h1>
      <p>{t.text}</p>
      <p>{t.do}</p>
      <ol>
        {t.steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
    </section>
  );
}
