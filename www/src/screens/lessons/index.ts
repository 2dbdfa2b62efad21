import { lessonsTexts } from "../../texts/lessons";

export { Lessons as default } from "./Lessons";
export const texts = [lessonsTexts];
