import { serverTexts } from "../../texts/server";

export { Server as default } from "./Server";
export const texts = [serverTexts];
