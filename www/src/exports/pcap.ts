// The connections as a capture that Wireshark and tcpdump can follow: the classic libpcap format, IPv4 without a link layer.
//
// The simulation knows connections and pieces, not packets; what TCP does around them is drawn here as it would be captured
// where each piece arrives: handshake, one or more segments a piece, an acknowledgement, FIN or RST. Time 0 is the start.

import type { Direction, Endpoint, Observation } from "chatting-time-wasm";
import type { Exporter } from "./exporter";
import { ACK, FIN, type Flow, PSH, RST, SYN, tcpPacket } from "./tcp-packet";

const FILE_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;
/** Of pcap: packets begin with their IP header. */
const LINK_TYPE_RAW = 101;
/** What an Ethernet would carry in one packet. */
const SEGMENT_BYTES = 1_460;

const SERVER_PORT = 8889;
/** The ports that operating systems give to clients, and below them those of connections that were refused. */
const FIRST_CLIENT_PORT = 49_152;
const FIRST_REFUSED_PORT = 32_768;
const PORTS = 16_384;

export function pcapExporter(parseBytes: (escaped: string) => Uint8Array): Exporter {
  const capture = new Capture(parseBytes);
  return {
    fileName: "chatting-time.pcap",
    mediaType: "application/vnd.tcpdump.pcap",
    begin: fileHeader,
    add: (observation) => joined(capture.packets(observation)),
    end: () => "",
  };
}

/** Turns observations into records of a capture. */
class Capture {
  private connections = new Map<number, CapturedConnection>();
  private refused = 0;
  private microseconds = 0;

  constructor(private parseBytes: (escaped: string) => Uint8Array) {}

  packets({ time, what }: Observation): Uint8Array<ArrayBuffer>[] {
    return this.packetsOf(what).map((packet) => {
      // Packets of one instant are a microsecond apart, so that their order shows.
      this.microseconds = Math.max(this.microseconds + 1, time * 1_000);
      return record(this.microseconds, packet);
    });
  }

  private packetsOf(what: Observation["what"]): Uint8Array[] {
    switch (what.kind) {
      case "connected": {
        const connection = new CapturedConnection(what.client, FIRST_CLIENT_PORT + (what.connection % PORTS));
        this.connections.set(what.connection, connection);
        return connection.open();
      }
      case "connectionRefused":
        return new CapturedConnection(what.client, FIRST_REFUSED_PORT + (this.refused++ % PORTS)).refuse();
      case "written":
        this.connections.get(what.connection)?.write(what.direction, this.parseBytes(what.bytes).length);
        return [];
      case "arrived":
        return this.connections.get(what.connection)?.deliver(what.direction, this.parseBytes(what.bytes)) ?? [];
      case "lost":
        return this.connections.get(what.connection)?.lose(what.direction) ?? [];
      case "sendingEnded":
        return this.connections.get(what.connection)?.finish(directionFrom(what.by)) ?? [];
      case "closed":
        return this.connections.get(what.connection)?.close(what.by) ?? [];
      case "brokeOff":
        return this.connections.get(what.connection)?.breakOff(what.by) ?? [];
      default:
        return [];
    }
  }
}

/** One half of a connection. */
class Half {
  /** The next sequence number. */
  sequence: number;
  /** Bytes that were written and have not arrived. */
  underWay = 0;
  /** The program has ended this half; its FIN goes behind the bytes under way. */
  ending = false;
  ended = false;

  constructor(
    readonly flow: Flow,
    first: number,
  ) {
    this.sequence = first;
  }
}

/** What goes over the wire for one connection. */
class CapturedConnection {
  private halves: Record<Direction, Half>;
  private reset = false;

  constructor(client: number, port: number) {
    // Addresses that are set aside for documentation.
    const person = { address: [192, 0, 2, 11 + client], port };
    const server = { address: [192, 0, 2, 1], port: SERVER_PORT };
    this.halves = {
      toServer: new Half({ from: person, to: server }, 1_000_000),
      toClient: new Half({ from: server, to: person }, 2_000_000),
    };
  }

  open(): Uint8Array[] {
    return [this.send("toServer", SYN), this.send("toClient", SYN | ACK), this.send("toServer", ACK)];
  }

  refuse(): Uint8Array[] {
    return [this.send("toServer", SYN), this.send("toClient", RST | ACK)];
  }

  write(direction: Direction, length: number): void {
    this.halves[direction].underWay += length;
  }

  deliver(direction: Direction, bytes: Uint8Array): Uint8Array[] {
    const packets: Uint8Array[] = [];
    for (let from = 0; from < bytes.length; from += SEGMENT_BYTES) {
      packets.push(this.send(direction, PSH | ACK, bytes.subarray(from, from + SEGMENT_BYTES)));
    }
    packets.push(this.send(opposite(direction), ACK));
    const half = this.halves[direction];
    half.underWay -= bytes.length;
    return half.ending ? [...packets, ...this.finish(direction)] : packets;
  }

  /** Bytes that come to a program which is gone are answered with a reset. */
  lose(direction: Direction): Uint8Array[] {
    return this.resetFrom(opposite(direction));
  }

  finish(direction: Direction): Uint8Array[] {
    const half = this.halves[direction];
    half.ending = true;
    if (half.ended || this.reset || half.underWay > 0) {
      return [];
    }
    half.ended = true;
    return [this.send(direction, FIN | ACK), this.send(opposite(direction), ACK)];
  }

  close(by: Endpoint): Uint8Array[] {
    const first = directionFrom(by);
    return [...this.finish(first), ...this.finish(opposite(first))];
  }

  breakOff(by: Endpoint): Uint8Array[] {
    return this.resetFrom(directionFrom(by));
  }

  private resetFrom(direction: Direction): Uint8Array[] {
    if (this.reset) {
      return [];
    }
    this.reset = true;
    return [this.send(direction, RST | ACK)];
  }

  private send(direction: Direction, flags: number, bytes: Uint8Array = new Uint8Array()): Uint8Array {
    const half = this.halves[direction];
    const { sequence } = half;
    // SYN and FIN take a place in the sequence, as a byte does.
    half.sequence = (sequence + bytes.length + (flags & (SYN | FIN) ? 1 : 0)) >>> 0;
    const acknowledged = flags & ACK ? this.halves[opposite(direction)].sequence : 0;
    return tcpPacket(half.flow, { sequence, acknowledged, flags, bytes });
  }
}

function directionFrom(endpoint: Endpoint): Direction {
  // What the path between them breaks, the client sees as a reset from the other side.
  return endpoint === "client" ? "toServer" : "toClient";
}

function opposite(direction: Direction): Direction {
  return direction === "toServer" ? "toClient" : "toServer";
}

function fileHeader(): Uint8Array<ArrayBuffer> {
  const header = new DataView(new ArrayBuffer(FILE_HEADER_BYTES));
  header.setUint32(0, 0xa1b2c3d4, true);
  header.setUint16(4, 2, true);
  header.setUint16(6, 4, true);
  header.setUint32(16, 0xffff, true);
  header.setUint32(20, LINK_TYPE_RAW, true);
  return new Uint8Array(header.buffer);
}

function record(microseconds: number, packet: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(RECORD_HEADER_BYTES + packet.length);
  const header = new DataView(bytes.buffer);
  header.setUint32(0, Math.floor(microseconds / 1_000_000), true);
  header.setUint32(4, microseconds % 1_000_000, true);
  header.setUint32(8, packet.length, true);
  header.setUint32(12, packet.length, true);
  bytes.set(packet, RECORD_HEADER_BYTES);
  return bytes;
}

function joined(parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
