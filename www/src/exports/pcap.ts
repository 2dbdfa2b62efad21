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
  private microseconds = -1;

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
      case "arrived":
      case "lost":
        // What is lost before a connection breaks did arrive; only nobody was there to read it.
        return this.connections.get(what.connection)?.deliver(what.direction, this.parseBytes(what.bytes)) ?? [];
      case "endArrived":
        return this.connections.get(what.connection)?.end(what.direction) ?? [];
      case "brokeOff":
        return this.connections.get(what.connection)?.breakOff(what.by) ?? [];
      default:
        return [];
    }
  }
}

/** What goes over the wire for one connection. */
class CapturedConnection {
  private flows: Record<Direction, Flow>;
  /** The next sequence number of each half. */
  private sequences: Record<Direction, number> = { toServer: 1_000_000, toClient: 2_000_000 };
  private isBroken = false;

  constructor(client: number, port: number) {
    // Addresses that are set aside for documentation.
    const person = { address: [192, 0, 2, 11 + client], port };
    const server = { address: [192, 0, 2, 1], port: SERVER_PORT };
    this.flows = { toServer: { from: person, to: server }, toClient: { from: server, to: person } };
  }

  open(): Uint8Array[] {
    return [this.send("toServer", SYN), this.send("toClient", SYN | ACK), this.send("toServer", ACK)];
  }

  refuse(): Uint8Array[] {
    return [this.send("toServer", SYN), this.send("toClient", RST | ACK)];
  }

  deliver(direction: Direction, bytes: Uint8Array): Uint8Array[] {
    if (this.isBroken) return [];
    const packets: Uint8Array[] = [];
    for (let from = 0; from < bytes.length; from += SEGMENT_BYTES) {
      const to = from + SEGMENT_BYTES;
      packets.push(this.send(direction, to < bytes.length ? ACK : ACK | PSH, bytes.subarray(from, to)));
    }
    return [...packets, this.send(opposite(direction), ACK)];
  }

  end(direction: Direction): Uint8Array[] {
    return [this.send(direction, FIN | ACK), this.send(opposite(direction), ACK)];
  }

  breakOff(by: Endpoint): Uint8Array[] {
    this.isBroken = true;
    // What the path between them breaks, the client sees as a reset from the server.
    return [this.send(by === "client" ? "toServer" : "toClient", RST | ACK)];
  }

  private send(direction: Direction, flags: number, bytes: Uint8Array = new Uint8Array()): Uint8Array {
    const sequence = this.sequences[direction];
    // SYN and FIN take a place in the sequence, as a byte does.
    this.sequences[direction] = (sequence + bytes.length + (flags & (SYN | FIN) ? 1 : 0)) >>> 0;
    const acknowledged = flags & ACK ? this.sequences[opposite(direction)] : 0;
    return tcpPacket(this.flows[direction], { sequence, acknowledged, flags, bytes });
  }
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
