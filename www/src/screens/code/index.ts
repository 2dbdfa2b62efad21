import { codeTexts } from "../../texts/code";

export { Code as default } from "./Code";
export const texts = [codeTexts];
