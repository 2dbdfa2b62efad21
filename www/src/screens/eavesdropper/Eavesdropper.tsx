import { Segmented } from "../../components/Segmented";
import { Timeline } from "../../components/timeline/Timeline";
import { usePlayground } from "../../model/context";
import { eavesdropperTexts } from "../../texts/eavesdropper";
import { EncryptedLeaks } from "./EncryptedLeaks";
import { Leaks } from "./Leaks";
import { NothingYet } from "./NothingYet";
import { Overheard } from "./Overheard";
import { Protection } from "./Protection";
import { isEncrypted, transport } from "./transport";
import { UseToken } from "./UseToken";
import "./eavesdropper.css";

/** What somebody on the same Wi-Fi sees, and what it is good for. */
export function Eavesdropper() {
  const t = eavesdropperTexts.current;
  const { total } = usePlayground().overheard(0, 0);
  return (
    <div class="eavesdropper">
      <header class="eavesdropper-head">
        <h1>{t.title}</h1>
        <p>{t.intro}</p>
        <Segmented
          label={t.tls.label}
          options={[
            { value: "plain", label: t.tls.plain },
            { value: "encrypted", label: t.tls.encrypted },
          ]}
          value={transport.value}
          onChange={(chosen) => {
            transport.value = chosen;
          }}
        />
        {isEncrypted.value && <p class="soft">{t.tls.explained}</p>}
      </header>
      {total === 0 ? <NothingYet /> : <Findings />}
      <Timeline />
    </div>
  );
}

function Findings() {
  return (
    <div class="eavesdropper-columns">
      <Overheard />
      <div class="eavesdropper-uses">
        {isEncrypted.value ? <EncryptedLeaks /> : <Leaks />}
        <UseToken />
        <Protection />
      </div>
    </div>
  );
}
