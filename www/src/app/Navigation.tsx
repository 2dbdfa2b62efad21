import { realConnections } from "../model/real-connections";
import { texts } from "../texts";
import { href, route } from "./router";
import { screens } from "./screens";

export function Navigation() {
  const t = texts.current;
  const { screen } = route.value;
  return (
    <nav class="navigation" aria-label={t.navigation}>
      <ul>
        {screens.map((name) => (
          <li key={name}>
            <a href={href(name)} aria-current={name === screen ? "page" : undefined}>
              {t.screens[name]}
              {name === "server" && <OpenConnections />}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** They stay open while other screens are shown, so every screen says so. */
function OpenConnections() {
  const count = realConnections.value;
  if (count === 0) return null;
  return (
    <span class="navigation-badge">
      <span aria-hidden="true">{count}</span>
      <span class="visually-hidden">{texts.current.realConnections(count)}</span>
    </span>
  );
}
