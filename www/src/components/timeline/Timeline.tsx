import { useLayoutEffect, useRef, useState } from "preact/hooks";

import { useKeys } from "../../app/keys";
import { usePlayground } from "../../model/context";
import { formatSeconds } from "../../model/format";
import { runUntilQuiet } from "../../model/settings";
import { texts } from "../../texts";
import { Icon } from "../icons";
import { Branches } from "./Branches";
import { PassTime } from "./PassTime";
import { Speed } from "./Speed";
import { StepSlider } from "./StepSlider";
import { Transport } from "./Transport";
import "./timeline.css";

/** Where in the history one is, and every way to move in it. */
export function Timeline() {
  const playground = usePlayground();
  const { time, step } = playground.moment.value;
  const [isOpen, setOpen] = useState(false);
  const room = useRef<HTMLDivElement>(null);
  const height = useRef(0);
  const fold = (): void => {
    height.current = room.current?.offsetHeight ?? 0;
    setOpen(!isOpen);
  };
  // It grows upwards, over what stands above it. That moves along, so that it stays in view.
  useLayoutEffect(() => {
    if (height.current > 0) window.scrollBy(0, (room.current?.offsetHeight ?? 0) - height.current);
  }, [isOpen]);
  const t = texts.current.timeline;
  const toggleQuiet = (): void => {
    runUntilQuiet.value = runUntilQuiet.peek() === "on" ? "off" : "on";
    if (runUntilQuiet.peek() === "on") playground.finish();
  };
  useKeys({
    p: () => playground.player.toggle(),
    ".": () => playground.step(),
    ",": () => playground.seek(Math.max(0, step - 1)),
    "[": () => playground.seek(0),
    "]": () => playground.seek(playground.moment.peek().steps),
    r: toggleQuiet,
  });
  return (
    <div class="timeline-room" ref={room}>
      <section class="timeline" aria-label={t.title}>
        <Transport />
        <p class="timeline-time">
          <span class="visually-hidden">{t.time} </span>
          {formatSeconds(time)} <abbr title={t.seconds}>{t.secondsShort}</abbr>
        </p>
        <StepSlider />
        <button type="button" class="timeline-fold" aria-expanded={isOpen} onClick={fold}>
          {t.more} <Icon name="down" />
        </button>
        <div class={isOpen ? "timeline-more" : "timeline-more timeline-folded"}>
          <label class="timeline-quiet" title={t.untilQuietHint}>
            <input type="checkbox" checked={runUntilQuiet.value === "on"} onChange={toggleQuiet} />
            {t.untilQuiet}
          </label>
          <PassTime />
          <Speed />
          <Branches />
        </div>
      </section>
    </div>
  );
}
