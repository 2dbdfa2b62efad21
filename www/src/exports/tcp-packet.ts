// One TCP segment in an IPv4 packet, with both checksums (RFC 791, RFC 9293, RFC 1071).

export const FIN = 0x01;
export const SYN = 0x02;
export const RST = 0x04;
export const PSH = 0x08;
export const ACK = 0x10;

export interface Flow {
  from: Socket;
  to: Socket;
}

export interface Socket {
  /** Four bytes. */
  address: number[];
  port: number;
}

export interface Segment {
  sequence: number;
  acknowledged: number;
  flags: number;
  bytes: Uint8Array;
}

const IP_HEADER_BYTES = 20;
const TCP_HEADER_BYTES = 20;
const TCP = 6;
const DO_NOT_FRAGMENT = 0x4000;
const HOPS = 64;
const WINDOW = 0xffff;

export function tcpPacket({ from, to }: Flow, { sequence, acknowledged, flags, bytes }: Segment): Uint8Array {
  const packet = new Uint8Array(IP_HEADER_BYTES + TCP_HEADER_BYTES + bytes.length);

  const ip = new DataView(packet.buffer, 0, IP_HEADER_BYTES);
  ip.setUint8(0, 0x45);
  ip.setUint16(2, packet.length);
  ip.setUint16(6, DO_NOT_FRAGMENT);
  ip.setUint8(8, HOPS);
  ip.setUint8(9, TCP);
  packet.set(from.address, 12);
  packet.set(to.address, 16);
  ip.setUint16(10, checksum(packet.subarray(0, IP_HEADER_BYTES)));

  const tcp = new DataView(packet.buffer, IP_HEADER_BYTES);
  tcp.setUint16(0, from.port);
  tcp.setUint16(2, to.port);
  tcp.setUint32(4, sequence);
  tcp.setUint32(8, acknowledged);
  tcp.setUint8(12, (TCP_HEADER_BYTES / 4) << 4);
  tcp.setUint8(13, flags);
  tcp.setUint16(14, WINDOW);
  packet.set(bytes, IP_HEADER_BYTES + TCP_HEADER_BYTES);
  // TCP's covers both addresses, the protocol and the length of the segment beside the segment itself.
  const segment = packet.subarray(IP_HEADER_BYTES);
  tcp.setUint16(16, checksum(segment, sum(packet.subarray(12, IP_HEADER_BYTES)) + TCP + segment.length));
  return packet;
}

/** The internet checksum: the ones' complement of the ones' complement sum. */
function checksum(bytes: Uint8Array, before = 0): number {
  let total = before + sum(bytes);
  while (total > 0xffff) {
    total = (total & 0xffff) + (total >>> 16);
  }
  return ~total & 0xffff;
}

/** The sum of the 16-bit words; an odd last byte is the upper half of one. */
function sum(bytes: Uint8Array): number {
  let total = 0;
  for (let at = 0; at < bytes.length; at += 2) {
    total += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  }
  return total;
}
