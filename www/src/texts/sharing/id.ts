// Teks bahasa Indonesia untuk tautan, berkas, dan ekspor.

import type { SharingTexts } from "./en";

const steps = (count: number) => `${count.toLocaleString("id")} langkah`;

const formerTooLarge =
  "Yang sedang Anda kerjakan terlalu besar untuk disisihkan browser, jadi tidak ada yang dibuka sebagai gantinya. Untuk membuka yang lain, mulai dari awal dulu lewat garis waktu: yang sekarang akan hilang selamanya.";

const id = {
  title: "Bagikan",
  link: {
    title: "Tautan",
    about:
      "Tautan ini memuat seluruh skenario: setiap langkah dan setiap baris yang diketik, termasuk kata sandi. Tidak ada yang disimpan di tempat lain: siapa pun yang memegang tautan memegang semuanya.",
    label: "Tautan ke skenario ini",
    making: "Tautan sedang dibuat …",
    copy: "Salin tautan",
    copied: "Tautan sudah disalin.",
    notCopied: "Browser tidak mengizinkan penyalinan. Tautannya sudah dipilih: salin dengan Ctrl+C atau ⌘C.",
    fromFile:
      "Halaman ini berjalan dari berkas, jadi tautannya hanya berlaku di komputer ini. Untuk orang lain, simpan skenario sebagai berkas.",
    tooLong:
      "Skenario ini terlalu panjang untuk tautan: banyak program memotong tautan sepanjang itu. Simpan saja sebagai berkas; berkas dibuka di bawah ini.",
    noCompression:
      "Browser ini tidak bisa membuat tautan. Simpan saja skenario sebagai berkas; berkas bisa dibuka di semua browser, juga di sini.",
  },
  file: {
    title: "Berkas",
    about: "Skenario yang sama sebagai berkas, juga bila terlalu panjang untuk tautan.",
    save: "Simpan skenario",
    tooLargeToSave:
      "Skenario ini terlalu besar untuk berkas yang bisa dibuka lagi oleh browser, jadi tidak ada yang disimpan. Hapus cabang yang tidak diperlukan lagi lewat garis waktu; sisanya lalu bisa disimpan.",
    open: "Buka skenario",
    opening: "Berkas sedang dibuka …",
  },
  exports: {
    title: "Ekspor yang terjadi",
    about: "Jejak cabang yang sedang dilihat, dari awal sampai langkah sekarang.",
    writing: "Berkas sedang ditulis …",
    saved: (name: string) => `${name} disimpan di tempat unduhan browser Anda.`,
    formats: {
      text: { name: "Teks", about: "catatan untuk dibaca" },
      json: { name: "JSON", about: "semua pengamatan, untuk program" },
      pcap: { name: "pcap", about: "paket untuk Wireshark" },
      mermaid: { name: "Mermaid", about: "diagram urutan sebagai teks" },
    },
  },
  former: {
    title: "Yang tadinya di sini",
    about: "Skenario Lab yang digantikan: oleh yang dibuka, atau oleh yang baru.",
    open: (count: number, time: string) => `Buka yang ${steps(count)}, sampai ${time}`,
  },
  unreadable: {
    title: "Yang tidak bisa dibuka",
    about:
      "Tersimpan dari kunjungan sebelumnya, dan versi ini tidak bisa menjalankannya lagi. Simpan sebagai berkas: mungkin versi lain bisa membukanya. Tetap ada di sini sampai Anda membuangnya.",
    save: (number: number) => (number === 1 ? "Simpan sebagai berkas" : `Simpan nomor ${number} sebagai berkas`),
    discard: (number: number) => (number === 1 ? "Buang" : `Buang nomor ${number}`),
  },
  opened: {
    link: "Skenario dari tautan sudah terbuka.",
    file: "Skenario dari berkas sudah terbuka.",
    former: "Skenario yang tadi sudah terbuka lagi.",
    undo: "Kembali ke yang tadi",
  },
  problems: {
    link: {
      noCompression:
        "Browser ini tidak bisa membaca tautan. Mintalah skenarionya sebagai berkas, atau buka tautannya di browser lain. Yang tadi Anda kerjakan masih ada.",
      notBase64:
        "Tautan ini berubah atau terpotong di jalan: ada sesuatu di dalamnya yang tidak pernah ada dalam tautan. Mintalah lagi. Yang tadi Anda kerjakan masih ada.",
      notDeflate:
        "Tautan ini rusak: ada bagian yang hilang atau berubah. Mintalah lagi. Yang tadi Anda kerjakan masih ada.",
      tooLarge:
        "Isi tautan ini lebih besar daripada skenario mana pun, jadi tidak dibuka. Yang tadi Anda kerjakan masih ada.",
      notJson: "Isi tautan ini tidak bisa dibaca: rusak. Mintalah lagi. Yang tadi Anda kerjakan masih ada.",
      notScenario: "Isi tautan ini bukan skenario yang bisa dijalankan. Yang tadi Anda kerjakan masih ada.",
      unknownVersion:
        "Tautan ini dibuat oleh versi playground yang lebih baru. Muat ulang halaman untuk mendapat versi terbaru, lalu buka tautannya lagi. Yang tadi Anda kerjakan masih ada.",
      formerTooLarge,
    },
    file: {
      unreadable:
        "Browser tidak bisa membaca berkas ini: mungkin dipindahkan atau terkunci. Yang tadi Anda kerjakan masih ada.",
      tooLarge:
        "Isi berkas ini lebih banyak daripada yang muat dalam skenario: paling banyak 100.000 langkah, lebih sedikit bila tiap langkah berakibat sangat banyak, dan 64 MiB. Berkas ini tidak dibuka. Yang tadi Anda kerjakan masih ada.",
      notJson:
        "Berkas ini bukan skenario playground, atau rusak. Pilih berkas yang disimpan di sini. Yang tadi Anda kerjakan masih ada.",
      notScenario: "Berkas ini bukan skenario yang bisa dijalankan. Yang tadi Anda kerjakan masih ada.",
      unknownVersion:
        "Berkas ini dibuat oleh versi playground yang lebih baru. Muat ulang halaman untuk mendapat versi terbaru, lalu buka berkasnya lagi. Yang tadi Anda kerjakan masih ada.",
      formerTooLarge,
    },
    former: {
      tooLarge: "Skenario ini lebih besar daripada yang bisa dijalankan di sini. Yang tadi Anda kerjakan masih ada.",
      notJson: "Skenario ini rusak. Yang tadi Anda kerjakan masih ada.",
      notScenario: "Skenario ini tidak bisa dijalankan lagi. Yang tadi Anda kerjakan masih ada.",
      unknownVersion:
        "Skenario ini dibuat oleh versi playground yang lebih baru. Muat ulang halaman untuk mendapat versi terbaru. Yang tadi Anda kerjakan masih ada.",
      formerTooLarge,
    },
  },
  transcript: (seed: string) => `Chatting Time: yang terjadi. Waktu dalam detik sejak awal. Benih acak ${seed}.`,
  tooLongForMermaid: "Diagram ini lebih panjang daripada yang digambar Mermaid begitu saja: naikkan maxTextSize-nya.",
} satisfies SharingTexts;

export default id;
