import { eavesdropperTexts } from "../../texts/eavesdropper";

export { Eavesdropper as default } from "./Eavesdropper";

export const texts = [eavesdropperTexts];
