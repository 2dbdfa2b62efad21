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
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
