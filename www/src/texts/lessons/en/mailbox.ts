import type { TextsOf } from "../shape";

export const mailbox = {
  title: "The mailbox: sent while away",
  goal: "A message waits at the server until its recipient fetches it. You will follow one from the sender through the mailbox to the reader.",
  prediction: {
    question:
      "lineker is not logged in and not even connected. messi sends him a message. What does the server answer?",
    choices: {
      stored: {
        label: "`Message Sent`, at once. The message waits for lineker.",
        why: "The server stores the message and says so. When lineker reads it is another matter.",
      },
      refused: {
        label: "An error, as lineker is not there.",
        why: "An error comes only for a recipient whom the server does not know at all. Being away is nothing special here.",
      },
      waits: {
        label: "Nothing yet. The reply comes when lineker has read the message.",
        why: "A reply tells what the server has done, and it has stored the message. If messi had to wait for lineker, he might wait for days.",
      },
    },
  },
  tasks: {
    send: {
      ask: "Log in as messi and send lineker a message, while lineker stays away. The password is `surabaya`.",
      done: "The message lies in lineker's mailbox. You see it in the server's state.",
      hints: [
        "In the first card you need two lines: one to log in, and one to send.",
        "`send` takes the recipient's username and then the text.",
        "Enter `auth messi surabaya`, then `send lineker halo`, both in the card messi.",
      ],
      mistakes: {
        linekerIsHere:
          "lineker is logged in already. Start the scene again, so that the message is sent while he is away.",
        otherMailbox: "The message was accepted, but lies in another mailbox. Send one to lineker.",
      },
    },
    fetch: {
      ask: "Now be lineker: log in with the same password, in the second card, and fetch the messages.",
      done: "The message is with lineker, and the mailbox is empty.",
      hints: [
        "Logging in alone brings no messages. They have to be fetched.",
        "After `auth` comes the command `inbox`, in lineker's card.",
        "In the card lineker enter `auth lineker surabaya`, then `inbox`.",
      ],
      mistakes: {
        messisInbox:
          "That was messi's card, and so messi's mailbox, or none at all. The message is for lineker: ask in his card.",
        loginOnly: "lineker is logged in. The server sends nothing by itself: ask for the `inbox`.",
      },
    },
    again: {
      ask: "Ask for lineker's `inbox` once more.",
      done: "An empty object. What was handed over does not come again.",
      hints: [
        "The same command, in the same card.",
        "The terminal adds lineker's token by itself.",
        "Enter `inbox` in the card lineker.",
      ],
      mistakes: {
        messisInbox: "That was messi's card. Ask in lineker's.",
      },
    },
  },
  explanation: [
    "[Message Sent](sent) came right away, and it means that the message [has been stored](stored), not that anybody has read it.",
    "[The reply to inbox](fetched) handed the message over: under the key `messi`, who sent it, with both full names and the text. The text begins with a space and ends with CR LF, as this family of servers has always written it. With that [lineker had it](read), and the mailbox was empty.",
    "The second time [the reply](empty) had nothing in it. The server keeps a message only until its operating system has taken the whole reply to the client. If the connection breaks before that, the message goes back into the mailbox.",
  ],
  ownClient: [
    "Once you have fetched messages, yours is the only copy. Show them or save them before you do anything that may fail.",
    "There is no notification: who wants to see new messages has to ask from time to time. Every few seconds is plenty. A loop without a pause only makes everybody's server slower.",
  ],
} satisfies TextsOf<"mailbox">;
