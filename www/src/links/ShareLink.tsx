import type { Scenario } from "chatting-time-wasm";
import { useEffect, useId, useRef, useState } from "preact/hooks";

import { sharingTexts } from "../texts/sharing";
import { encodeLink } from "./link";
import { failure, type Result, type WriteProblem } from "./result";

/** The link, to copy with a button or by hand. Without a scenario that is because it is too large. */
export function ShareLink({ scenario }: { scenario: Scenario | undefined }) {
  const t = sharingTexts.current.link;
  const link = useLink(scenario);
  return (
    <section class="share-part">
      <h2>{t.title}</h2>
      {link?.ok === false ? (
        <p class="share-problem">{t[link.problem]}</p>
      ) : (
        <>
          <p class="soft">{t.about}</p>
          <LinkField link={link?.value} />
          {location.protocol === "file:" && <p>{t.fromFile}</p>}
        </>
      )}
    </section>
  );
}

function LinkField({ link }: { link: string | undefined }) {
  const t = sharingTexts.current.link;
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState<boolean>();
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(link ?? "");
      setCopied(true);
    } catch {
      // Refused, or no clipboard at all, as on a page that came without TLS.
      field.current?.select();
      setCopied(false);
    }
  };
  return (
    <>
      <label class="visually-hidden" for={id}>
        {t.label}
      </label>
      <div class="share-link">
        <input
          id={id}
          ref={field}
          class="mono"
          readOnly
          value={link ?? t.making}
          onFocus={(event) => event.currentTarget.select()}
        />
        <button type="button" class="primary" disabled={link === undefined} onClick={copy}>
          {t.copy}
        </button>
      </div>
      <p class="share-said" role="status">
        {copied !== undefined && (copied ? t.copied : t.notCopied)}
      </p>
    </>
  );
}

/** The whole address, once it is made. */
function useLink(scenario: Scenario | undefined): Result<string, WriteProblem> | undefined {
  const [link, setLink] = useState<Result<string, WriteProblem>>();
  useEffect(() => {
    let wanted = true;
    const making = scenario ? encodeLink(scenario) : Promise.resolve(failure<WriteProblem>("tooLong"));
    making.then((made) => {
      if (!wanted) return;
      const page = location.href.replace(/#.*$/s, "");
      setLink(made.ok ? { ok: true, value: page + made.value } : made);
    });
    return () => {
      wanted = false;
    };
  }, [scenario]);
  return link;
}
