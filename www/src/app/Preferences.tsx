import { Icon } from "../components/icons";
import { THEMES, type Theme, theme } from "../model/settings";
import { problem } from "../model/status";
import { texts } from "../texts";
import { LANGUAGES, type Language, language } from "../texts/language";
import { changeLanguage } from "../texts/text-set";

const THEME_ICONS = { auto: "halfMoon", light: "sun", dark: "moon" } as const;

/** Language and colours: two native selects. */
export function Preferences() {
  const t = texts.current;
  return (
    <>
      <label class="preference">
        <span class="visually-hidden">{t.language}</span>
        <select
          value={language.value}
          onChange={(event) => {
            changeLanguage(event.currentTarget.value as Language).catch(() => problem(t.languageNotLoaded));
          }}
        >
          {LANGUAGES.map((one) => (
            <option key={one} value={one} lang={one}>
              {t.languages[one]}
            </option>
          ))}
        </select>
      </label>
      <label class="preference preference-theme">
        <span class="visually-hidden">{t.theme}</span>
        <Icon name={THEME_ICONS[theme.value]} />
        <select
          value={theme.value}
          onChange={(event) => {
            theme.value = event.currentTarget.value as Theme;
          }}
        >
          {THEMES.map((one) => (
            <option key={one} value={one}>
              {t.themes[one]}
            </option>
          ))}
        </select>
      </label>
    </>
  );
}
