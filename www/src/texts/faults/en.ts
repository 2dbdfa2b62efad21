// The English texts of the screen Faults.

const en = {
  title: "Faults",
  intro:
    "A network delays what is sent, cuts it up, joins it, and now and then breaks. Choose whose network it is, apply a fault, and follow in the trace what arrives.",
  part: "Part of the screen",
  parts: { faults: "Faults", effect: "Effect" },
  loss: {
    title: "Where is packet loss?",
    text: [
      "There is no switch for it, because a program never sees it. When the network loses a packet, TCP sends it again and keeps back everything behind it until it has come. What the program sees is a delay.",
      "So no byte ever vanishes from the middle of a stream. Bytes are late, they come in other pieces, or the connection breaks and everything from some byte on is missing. (UDP is another matter: nobody sends a lost datagram again.)",
    ],
  },
  target: { title: "Whose network", client: "Client", direction: "Direction of the fault" },
  directions: { both: "Both directions", toServer: "To the server", toClient: "To the client" },
  presets: {
    title: "Faults by name",
    networks: "Networks: they stay until you apply another",
    incidents: "Incidents: they happen once",
    watch: "Watch:",
    apply: "Apply",
    show: "Apply with an example",
    happen: "Let it happen",
    /** What a button does, for those who hear it without its card. */
    about: (action: string, name: string) => `${action}: ${name}`,
    applied: (name: string, client: string) => `${name} is in force for ${client}.`,
    shown: (name: string, client: string) => `${name}, with an example by ${client}: see the trace.`,
    happened: (name: string, client: string) => `${name} happened to ${client}: see the trace.`,
    only: { toServer: "only to the server", toClient: "only to the client" },
  },
  preset: {
    quiet: {
      name: "Quiet network",
      does: "20 ms each way, nothing cut, nothing joined. Lifts the other networks, and what was stalled goes on.",
      watch: "a request and its reply are 40 ms apart.",
    },
    farAway: {
      name: "Other side of the world",
      does: "Each piece takes 150 ms and a little more, about as long as from Surabaya to Europe.",
      watch:
        "request and reply are 300 ms apart, however fast the server is. Every request that waits for the reply before it costs that much again.",
    },
    crowdedWifi: {
      name: "Crowded Wi-Fi",
      does: "A piece takes 30 ms and, by chance, up to 250 ms more: what is lost in the air is sent again.",
      watch: "the times of arrival are uneven, and the order is not. A late piece keeps back those behind it.",
    },
    everyByteAlone: {
      name: "Every byte alone",
      does: "Each byte arrives as a piece of its own.",
      watch:
        "one request is dozens of pieces, and still one line to the server. A client that takes every piece for a whole reply fails: choose that way of reading under Connection on its card.",
    },
    joined: {
      name: "Several requests in one piece",
      does: "What is written within 50 ms goes on together, as one piece.",
      watch:
        "three requests arrive at once and each gets its reply, in order. A server that reads one request a piece would lose two.",
    },
    stalled: {
      name: "Stalled",
      does: "Nothing arrives until you lift it. The bytes wait; none is lost.",
      watch: "pieces gather in the pipe. Let a few bytes through by hand, or apply the quiet network.",
    },
    splitLetter: {
      name: "Split inside a letter",
      does: "A message with a letter of several bytes is cut in the middle of that letter. The cut stays in force for every write of this client.",
      watch:
        "neither piece is valid UTF-8, and the line is. Who decodes each piece by itself breaks the letter; who waits for the whole line does not.",
    },
    halfClosed: {
      name: "Half-closed",
      does: "The client asks for something and says at once that it will send no more.",
      watch: "the reply still comes, because the other direction is open. Only then is the connection closed.",
    },
    pulledCable: {
      name: "Pulled cable",
      does: "Right when a message is sent, both directions fall silent.",
      watch:
        "nothing: no error and no close. Neither end can tell a pulled cable from a slow network. Only a time limit or a reset ends the wait.",
    },
    reset: {
      name: "Connection reset",
      does: "The connection breaks (RST) while a request is under way.",
      watch:
        "the trace names the bytes that will never arrive. The client knows only that the connection broke, not how far the server had read.",
    },
    lostReply: {
      name: "Lost reply",
      does: "A message is accepted, and the connection breaks before a byte of the reply arrives.",
      watch:
        "the message is in the mailbox, and the client knows nothing of it. If it sends once more, the message is there twice.",
    },
    unfinishedLine: {
      name: "Half a request",
      does: "A line is begun and not finished, and time passes.",
      watch:
        "the server waits for its time limit, answers request_timeout and closes. Without that limit anybody could keep connections occupied for ever.",
    },
    overlongLine: {
      name: "Over-long line",
      does: "A line comes that is longer than the server allows.",
      watch:
        "the refusal line_too_long comes as soon as the limit is reached. The rest of the line is dropped, and the next request works.",
    },
  },
  inForce: {
    title: "In force now",
    latency: (milliseconds: string) => `every piece takes ${milliseconds} ms`,
    jitter: (milliseconds: string) => `by chance up to ${milliseconds} ms more`,
    pieceBytes: (count: number, shown: string) => `pieces of at most ${count === 1 ? "1 byte" : `${shown} bytes`}`,
    splitAt: (bytes: string) => `every write is cut behind byte ${bytes}`,
    join: (milliseconds: string) => `what is written within ${milliseconds} ms goes on together`,
    stalled: "stalled: nothing arrives",
    losesReply: "The next reply will be lost.",
    server: "server",
  },
  pipe: {
    empty: "Nothing is under way.",
    emptyHint:
      "While “Run until quiet” is on, everything arrives at once. Step back, or turn it off, to see pieces under way.",
    noConnection: "No connection is open.",
    bytes: (count: number, shown: string) => (count === 1 ? "1 byte" : `${shown} bytes`),
    end: "end of the stream",
    arrives: (milliseconds: string) => `arrives in ${milliseconds} ms`,
    waits: "waits",
    more: (count: string) => `and ${count} more`,
    list: { toServer: "Under way to the server", toClient: "Under way to the client" },
  },
  own: {
    title: "Numbers of your own",
    latency: "Latency (ms)",
    jitter: "Jitter (ms)",
    pieceBytes: "Piece size (bytes)",
    splitAt: "Split behind byte",
    join: "Join within (ms)",
    stalled: "Stalled",
    none: "none",
    outOfRange: (from: string, to: string) => `A whole number from ${from} to ${to}.`,
    optional: "An empty field turns its fault off.",
    set: "Set",
    done: (direction: string) => `${direction}: set.`,
  },
  letThrough: {
    label: "Let bytes through",
    button: "Let through",
    /** Where nothing else is under way. */
    end: "Let the end of the stream through",
    /** How many are there to be let through. */
    underWay: (bytes: string) => `${bytes} under way`,
    nothing: "nothing under way",
  },
  connection: {
    title: "The connection itself",
    hint: "These happen at once, without an example.",
    halfClose: "Half-close",
    reset: "Reset",
    loseReply: "Lose the next reply",
    notOpen: "No connection is open; it opens with the first line that the client enters.",
  },
  effect: "Where it shows",
  examples: { message: "hello", messageWithLongLetter: "coffee ☕ time" },
};

export default en;
