import { href } from "../../app/router";
import { lessonNamed } from "../../lessons";
import { lessonsTexts } from "../../texts/lessons";
import { LessonPage } from "./LessonPage";
import { LessonsList } from "./LessonsList";
import "./lessons.css";

/** The path of all lessons, or the one that the address names. */
export function Lessons({ rest }: { rest: string }) {
  if (rest === "") return <LessonsList />;
  const name = lessonNamed(rest);
  return name ? <LessonPage key={name} name={name} /> : <UnknownLesson />;
}

function UnknownLesson() {
  const t = lessonsTexts.current;
  return (
    <section class="lessons">
      <h1>{t.unknownLesson.title}</h1>
      <p>{t.unknownLesson.text}</p>
      <p>
        <a href={href("lessons")}>{t.allLessons}</a>
      </p>
    </section>
  );
}
