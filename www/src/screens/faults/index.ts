import { faultsTexts } from "../../texts/faults";

export { Faults as default } from "./Faults";

export const texts = [faultsTexts];
