import { Icon } from "../../components/icons";
import { serverTexts } from "../../texts/server";
import "./real-band.css";

/** Says at the top of the screen, however far it is scrolled, that nothing here is simulated. */
export function RealBand({ address }: { address: URL }) {
  const t = serverTexts.current;
  return (
    <div class="real-band">
      <div class="real-band-words">
        <h1>
          <Icon name="warning" /> {t.title}
        </h1>
        <p>{t.band}</p>
      </div>
      <p class="real-band-address">
        {t.address} <code>{address.host}</code>
      </p>
    </div>
  );
}
