import type { TextsOf } from "../shape";

export const pieces = {
  title: "Split and joined pieces",
  goal: "The network may cut a reply into pieces and may join several replies into one. You will see both, and see that a correct reader does not care.",
  prediction: {
    question:
      'messi\'s mailbox is empty. The reply to `inbox` is then `{"status": "OK", "messages": {}}`, which is 32 characters. The network carries at most 32 bytes in one piece. In how many pieces does the reply arrive?',
    choices: {
      one: {
        label: "In 1, as it just fits.",
        why: "The JSON fits, the reply does not: CR LF CR LF belongs to it, which makes 36 bytes.",
      },
      two: {
        label: "In 2.",
        why: "32 bytes of JSON and the 4 bytes CR LF CR LF are 36 in all, so the terminator comes alone in a second piece.",
      },
      thirtyTwo: {
        label: "In 32, as each character travels alone.",
        why: "TCP sends as many bytes together as it can. Single characters happen only where the network or the sender forces it.",
      },
    },
  },
  tasks: {
    cut: {
      ask: "You are logged in as messi. Ask for the `inbox` and see in how many pieces the reply arrives.",
      done: "The reply came in pieces, and the client took it for one reply all the same.",
      hints: [
        "The terminal adds your token by itself.",
        "The trace shows pieces if you choose that view.",
        "Enter `inbox` in messi's card.",
      ],
      mistakes: {
        otherCommand: "That was accepted, but the prediction was about `inbox`. Ask for that.",
      },
    },
    character: {
      ask: "Now let the network carry single bytes to the server. Then send messi, that is yourself, a message with a character beyond ASCII, such as `café`.",
      done: "The character came in two or more pieces, and the message is whole.",
      hints: [
        "First change the network with the button below. The recipient may be messi.",
        "The command is `send`, then the recipient, then the text. An `é` takes two bytes in UTF-8, an emoji four.",
        "Press “Carry single bytes to the server”, then enter `send messi café`.",
      ],
      mistakes: {
        notCut: "The message arrived in one piece. Change the network first, then send again.",
        asciiOnly:
          "That went byte by byte, but each of its characters is a single byte, so none could be cut. Use one like é, ü or an emoji.",
      },
      actions: { byteByByte: "Carry single bytes to the server" },
    },
    joined: {
      ask: "At last let the network join what it carries to messi, and get two replies in one piece.",
      done: "Two replies in one piece, and the client found both.",
      hints: [
        "Two replies come together when the requests come together.",
        "Change the network with the button below. Then send two lines at once as raw bytes, as in the lesson before.",
        "Press “Join what is sent to messi”, then send `inbox\\r\\nlist` as raw bytes, with the line end `\\r\\n` behind it.",
      ],
      mistakes: {
        stillCutting: "The network still cuts what it carries to messi into 32 bytes. Press the button below first.",
        apart: "The network would join, but there was only one reply to carry. Send two lines in one write.",
      },
      actions: { join: "Join what is sent to messi" },
    },
  },
  explanation: [
    "The reply to `inbox` arrived as [a piece of 32 bytes](firstPiece) and [one of 4](lastPiece). Up to there the client had complete JSON and still no complete reply, as it could not know that nothing would follow. With CR LF CR LF it had [one](cutReading).",
    "The message came to the server byte by byte, beginning with [this one](firstByte), and the character in it was cut right through. Since the server collects bytes and reads them as text only when [the line is complete](request), nothing was harmed.",
    "Finally [one piece](joinedPiece) carried two replies: the server had both requests at once and wrote both replies at once, and the network left them together. The client cut [the first one](joinedReading) off and found the second behind it. A program that throws away what is left in its buffer loses a reply here, and from then on takes each reply for the answer to another question.",
  ],
  ownClient: [
    "Collect bytes, find the end, and only then decode. Whoever decodes each piece by itself breaks on the first character that is cut. Our server's replies are plain ASCII, but those of other servers need not be.",
    "Test your client with pieces of one byte and with everything in a single piece. If it passes both, it is right in between as well.",
  ],
} satisfies TextsOf<"pieces">;
