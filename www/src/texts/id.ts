// Teks bahasa Indonesia untuk kerangka halaman, komponen bersama, dan Lab.

import type { Texts } from "./en";

const id = {
  skipToContent: "Langsung ke isi",
  screens: {
    lab: "Lab",
    faults: "Gangguan",
    eavesdropper: "Penyadap",
    code: "Kode",
    lessons: "Pelajaran",
    server: "Server sungguhan",
  },
  navigation: "Layar",
  screenLoading: "Memuat …",
  screenNotLoaded: {
    title: "Layar ini tidak bisa dimuat",
    text: "Mungkin jaringan atau server sedang tidak ada. Yang Anda kerjakan di Lab masih ada.",
    again: "Coba lagi",
  },
  language: "Bahasa",
  languages: { id: "Bahasa Indonesia", en: "English" },
  languageNotLoaded: "Bahasa yang lain tidak bisa dimuat: periksa jaringan lalu coba lagi.",
  theme: "Warna",
  themes: { auto: "Seperti sistem", light: "Terang", dark: "Gelap" },
  close: "Tutup",
  cancel: "Batal",
  copy: "Salin",
  copied: "Tersalin.",
  notCopied: "Browser tidak mengizinkan penyalinan. Pilih teksnya lalu salin sendiri.",
  unexpectedFailure: (code: string) => `Playground menolaknya (${code}).`,
  failures: {
    historyFull: "Riwayat sudah penuh: 100.000 masukan. Mulai dari awal, atau mundur dan bercabang lebih awal.",
    noSuchClient: "Client itu tidak ada pada titik riwayat ini.",
    noSuchConnection: "Koneksi itu tidak ada pada titik riwayat ini.",
    tooManyClients: "Paling banyak enam client.",
    badName: "Nama terdiri dari 1 sampai 32 karakter, nama cabang paling panjang 40, tanpa ganti baris.",
    outOfRange: "Angka itu di luar batas.",
    badScenario: "Skenario ini rusak dan tidak bisa dijalankan.",
    unknownVersion: "Skenario ini dibuat oleh versi playground yang lebih baru. Muat ulang halaman, atau buka di sana.",
    badEscape:
      "Ada garis miring terbalik yang tidak memulai escape. Yang dikenal: \\\\, \\r, \\n, \\t, dan \\x dengan dua digit heksadesimal.",
  },
  share: "Bagikan",
  linksNotLoaded: "Tautan dan ekspor tidak bisa dimuat: periksa jaringan lalu coba lagi.",
  keptScenarioUnreadable:
    "Yang tersimpan dari kali terakhir tidak bisa dijalankan lagi. Simpanan itu tidak dihapus, dan Anda mulai dengan skenario baru.",
  notKept: "Browser ini tidak menyimpan apa pun untuk halaman ini, jadi memuat ulang berarti mulai dari awal.",
  unexpected: "Ada yang salah di halaman ini. Bila kelakuannya jadi aneh, muat ulang: skenario Anda tersimpan.",
  history: {
    mainBranch: "utama",
    branch: (number: number) => `cabang ${number}`,
    present: (step: number) => `langkah ${step}`,
    past: (step: number, steps: number) => `di masa lalu: langkah ${step} dari ${steps}`,
  },
  keys: {
    title: "Tombol",
    open: "Tombol",
    off: "Selama Anda mengetik, tombol ini mati. Di jejak, tombol panah, Page Up, Page Down, Home, dan End memilih baris.",
    enabled: "Pintasan satu tombol",
    groups: { time: "Waktu", go: "Pergi ke", show: "Tampilkan" },
    actions: {
      playPause: "Putar atau jeda",
      step: "Maju satu langkah",
      stepBack: "Mundur satu langkah",
      toStart: "Ke awal",
      toEnd: "Ke akhir",
      client: "Masukan client 1 sampai 6",
      trace: "Jejak",
      filter: "Saringan jejak",
      untilQuiet: "Jalan sampai tenang, atau tidak lagi",
      view: "Tampilan jejak berikutnya",
      hex: "Byte sebagai digit heksadesimal",
      help: "Bantuan ini",
    },
  },
} satisfies Texts;

export default id;
