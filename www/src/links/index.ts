// Sharing, loaded when its dialog is first opened.

import { sharingTexts } from "../texts/sharing";

export { ShareDialog as default } from "./ShareDialog";
export const texts = [sharingTexts];
