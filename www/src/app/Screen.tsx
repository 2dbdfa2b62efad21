import { useEffect, useState } from "preact/hooks";

import { texts } from "../texts";
import { type Route, route } from "./router";
import { loadedScreen, loadScreen } from "./screens";
import "./screen.css";

/** The screen that the address names, loaded when it is first needed. */
export function Screen() {
  const { screen, rest } = route.value;
  const [attempt, setAttempt] = useState(0);
  const failed = useLoading(screen, attempt);
  const Component = loadedScreen(screen);
  if (Component) return <Component rest={rest} />;
  const t = texts.current;
  if (!failed) return <p class="screen-message soft">{t.screenLoading}</p>;
  return (
    <section class="screen-message" role="alert">
      <h1>{t.screenNotLoaded.title}</h1>
      <p>{t.screenNotLoaded.text}</p>
      <button type="button" class="primary" onClick={() => setAttempt(attempt + 1)}>
        {t.screenNotLoaded.again}
      </button>
    </section>
  );
}

/** Whether the latest attempt failed. Renders anew when there is something new to show. */
function useLoading(screen: Route["screen"], attempt: number): boolean {
  const [outcome, setOutcome] = useState({ screen, attempt, failed: false });
  useEffect(() => {
    if (loadedScreen(screen)) return;
    let wanted = true;
    const settle = (failed: boolean) => wanted && setOutcome({ screen, attempt, failed });
    loadScreen(screen).then(
      () => settle(false),
      () => settle(true),
    );
    return () => {
      wanted = false;
    };
  }, [screen, attempt]);
  return outcome.failed && outcome.screen === screen && outcome.attempt === attempt;
}
