// Reads a capture as Wireshark does, and insists on everything that Wireshark would mark.

import { expect } from "@playwright/test";

export interface Packet {
  /** In microseconds from the start. */
  time: number;
  /** Such as `192.0.2.11:49152 > 192.0.2.1:8889`. */
  flow: string;
  reverse: string;
  flags: string;
  sequence: number;
  acknowledged: number;
  bytes: Buffer;
}

/** The packets of a file in the classic format, with IPv4 and TCP headers whose lengths and checksums are right. */
export function readCapture(file: Buffer): Packet[] {
  expect(file.readUInt32LE(0), "magic number").toBe(0xa1b2c3d4);
  expect([file.readUInt16LE(4), file.readUInt16LE(6)], "version").toEqual([2, 4]);
  expect(file.readUInt32LE(20), "link type").toBe(101);
  const packets: Packet[] = [];
  for (let at = 24; at < file.length; ) {
    const length = file.readUInt32LE(at + 8);
    expect(file.readUInt32LE(at + 12), "length on the wire").toBe(length);
    expect(file.readUInt32LE(at + 4), "microseconds").toBeLessThan(1_000_000);
    const time = file.readUInt32LE(at) * 1_000_000 + file.readUInt32LE(at + 4);
    packets.push(readPacket(time, file.subarray(at + 16, at + 16 + length)));
    at += 16 + length;
  }
  return packets;
}

/** The bytes of each flow, put together again by sequence numbers of which none is missing, doubled or unacknowledged. */
export function follow(packets: Packet[]): Map<string, Buffer> {
  const next = new Map<string, number>();
  const ended = new Set<string>();
  const streams = new Map<string, Buffer>();
  for (const { flow, reverse, flags, sequence, acknowledged, bytes } of packets) {
    expect(ended.has(flow) && bytes.length > 0, "bytes behind the end").toBe(false);
    if (flags.includes("S")) {
      expect(next.has(flow), "opened once").toBe(false);
      next.set(flow, sequence);
    }
    expect(sequence, `sequence number in ${flow}`).toBe(next.get(flow) ?? sequence);
    const length = bytes.length + (/[SF]/.test(flags) ? 1 : 0);
    next.set(flow, sequence + length);
    if (flags.includes("A")) expect(acknowledged, `acknowledged in ${flow}`).toBe(next.get(reverse));
    if (flags.includes("F")) ended.add(flow);
    streams.set(flow, Buffer.concat([streams.get(flow) ?? Buffer.of(), bytes]));
  }
  return streams;
}

function readPacket(time: number, packet: Buffer): Packet {
  expect(packet[0], "version and header length").toBe(0x45);
  expect(packet.readUInt16BE(2), "length of the packet").toBe(packet.length);
  expect(packet[9], "protocol").toBe(6);
  expect(onesComplementSum(packet.subarray(0, 20)), "checksum of the IP header").toBe(0xffff);
  const tcp = packet.subarray(20);
  const pseudoHeader = Buffer.concat([packet.subarray(12, 20), Buffer.of(0, 6, tcp.length >> 8, tcp.length & 0xff)]);
  expect(onesComplementSum(Buffer.concat([pseudoHeader, tcp])), "checksum of the segment").toBe(0xffff);
  expect(tcp[12], "length of the TCP header").toBe(5 << 4);
  const from = `${packet.subarray(12, 16).join(".")}:${tcp.readUInt16BE(0)}`;
  const to = `${packet.subarray(16, 20).join(".")}:${tcp.readUInt16BE(2)}`;
  const bits = tcp[13] ?? 0;
  return {
    time,
    flow: `${from} > ${to}`,
    reverse: `${to} > ${from}`,
    flags: [..."FSRPA"].filter((_, bit) => bits & (1 << bit)).join(""),
    sequence: tcp.readUInt32BE(4),
    acknowledged: tcp.readUInt32BE(8),
    bytes: tcp.subarray(20),
  };
}

function onesComplementSum(bytes: Buffer): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) {
    sum += (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0);
    if (sum > 0xffff) sum -= 0xffff;
  }
  return sum;
}
