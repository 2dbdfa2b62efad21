// The English texts of links, files and exports. Their shape is the type of every other language's.

import type { FileProblem, LinkProblem, ScenarioProblem } from "../../links/result";

const steps = (count: number) => (count === 1 ? "1 step" : `${count.toLocaleString("en")} steps`);

const formerTooLarge =
  "What you have is too large for the browser to set aside, so nothing was opened in its place. To open something else, start over first, in the timeline: that removes what you have for good.";

const en = {
  title: "Share",
  link: {
    title: "Link",
    about:
      "The link holds the whole scenario: every step, and every line that was typed, passwords included. Nothing is stored anywhere: whoever has the link has it all.",
    label: "Link to this scenario",
    making: "The link is being made …",
    copy: "Copy the link",
    copied: "The link is copied.",
    notCopied: "The browser did not allow copying. The link is selected: copy it with Ctrl+C or ⌘C.",
    fromFile:
      "This page runs from a file, so the link works only on this computer. For somebody else, save the scenario as a file.",
    tooLong:
      "This scenario is too long for a link: many programs cut links as long as that. Save it as a file instead; files open below.",
    noCompression:
      "This browser can't make links. Save the scenario as a file instead; it opens in every browser, this one too.",
  },
  file: {
    title: "File",
    about: "The same scenario as a file, also where it is too long for a link.",
    save: "Save the scenario",
    tooLargeToSave:
      "This scenario is too large for a file that a browser can open again, so none was saved. Remove branches that you no longer need, in the timeline; what is left can be saved then.",
    open: "Open a scenario",
    opening: "The file is being opened …",
  },
  exports: {
    title: "Export what happened",
    about: "The trace of the branch in view, from the start to the present step.",
    writing: "The file is being written …",
    saved: (name: string) => `${name} is saved where your browser puts downloads.`,
    formats: {
      text: { name: "Text", about: "a transcript to read" },
      json: { name: "JSON", about: "every observation, for programs" },
      pcap: { name: "pcap", about: "packets for Wireshark" },
      mermaid: { name: "Mermaid", about: "a sequence diagram as text" },
    },
  },
  former: {
    title: "What was here before",
    about: "Scenarios of the Lab that gave way to others: opened ones, or a new one.",
    open: (count: number, time: string) => `Open the one with ${steps(count)}, until ${time}`,
  },
  unreadable: {
    title: "What could not be opened",
    about:
      "Kept from an earlier visit, and this version could not play it again. Save it as a file: another version may open it. It stays here until you discard it.",
    save: (number: number) => (number === 1 ? "Save it as a file" : `Save number ${number} as a file`),
    discard: (number: number) => (number === 1 ? "Discard it" : `Discard number ${number}`),
  },
  opened: {
    link: "The scenario of the link is open.",
    file: "The scenario of the file is open.",
    former: "The earlier scenario is open again.",
    undo: "Back to what I had",
  },
  /** Why a link or a file could not be opened. */
  problems: {
    link: {
      noCompression:
        "This browser can't read links. Ask for the scenario as a file, or open the link in another browser. What you had is still here.",
      notBase64:
        "This link was changed or cut on its way: it has something in it that no link has. Ask for it again. What you had is still here.",
      notDeflate:
        "This link is damaged: a part of it is missing or changed. Ask for it again. What you had is still here.",
      tooLarge: "This link unfolds into more than a scenario can be, so it was not opened. What you had is still here.",
      notJson: "What is in this link can't be read: it is damaged. Ask for it again. What you had is still here.",
      notScenario: "What is in this link is no scenario that can be played. What you had is still here.",
      unknownVersion:
        "This link was made by a newer version of the playground. Reload the page to get the newest one, then open the link again. What you had is still here.",
      formerTooLarge,
    } satisfies Record<LinkProblem, string>,
    file: {
      unreadable:
        "The browser could not read this file: it may have been moved, or be locked. What you had is still here.",
      tooLarge:
        "This file holds more than a scenario can: at most 100,000 steps, fewer where each makes very much happen, and 64 MiB. It was not opened. What you had is still here.",
      notJson:
        "This file is no scenario of the playground, or it is damaged. Choose one that was saved here. What you had is still here.",
      notScenario: "This file is no scenario that can be played. What you had is still here.",
      unknownVersion:
        "This file was made by a newer version of the playground. Reload the page to get the newest one, then open the file again. What you had is still here.",
      formerTooLarge,
    } satisfies Record<FileProblem, string>,
    former: {
      tooLarge: "This scenario is more than can be played here. What you had is still here.",
      notJson: "This scenario is damaged. What you had is still here.",
      notScenario: "This scenario can't be played any more. What you had is still here.",
      unknownVersion:
        "This scenario was made by a newer version of the playground. Reload the page to get the newest one. What you had is still here.",
      formerTooLarge,
    } satisfies Record<ScenarioProblem, string>,
  },
  transcript: (seed: string) => `Chatting Time: what happened. Times in seconds from the start. Seed ${seed}.`,
  tooLongForMermaid: "This diagram is longer than Mermaid draws by itself: raise its maxTextSize.",
};

export default en;
export type SharingTexts = typeof en;
