// Teks bahasa Indonesia untuk layar Kode.

import type { CodeTexts } from "./en";

const id = {
  title: "Kode",
  about:
    "Satu permintaan dari playground sebagai program yang bisa Anda jalankan terhadap server sungguhan: sekali dengan cara banyak program pertama membaca balasan, sekali dengan cara yang benar.",
  exchange: "Pertukaran",
  option: (client: string, time: string, request: string) => `${client}, ${time} s: ${request}`,
  notAnExchange: "Yang dipilih tidak termasuk permintaan mana pun, jadi ini yang terakhir.",
  request: "Permintaan",
  reply: "Balasan",
  noReply: "Belum ada balasan.",
  language: "Bahasa pemrograman",
  languages: { python: "Python", javascript: "JavaScript", rust: "Rust" },
  framings: {
    naive: {
      title: "Naif: satu kali baca, satu balasan",
      label: (language: string) => `Program naif dalam ${language}`,
    },
    correct: {
      title: "Benar: sampai CR LF CR LF",
      label: (language: string) => `Program benar dalam ${language}`,
    },
  },
  explanations: {
    naive:
      "TCP membawa aliran byte, bukan pesan. Satu kali baca memberi apa pun yang sudah tiba: satu balasan utuh, sebagian, atau satu balasan dan awal balasan berikutnya. Dengan balasan pendek di komputer sendiri program ini hampir selalu berhasil, dan di situlah jebakannya: ia gagal dengan kotak masuk yang panjang, jaringan yang lambat, atau beberapa permintaan sekaligus.",
    correct:
      "Program ini mengumpulkan byte sampai balasan utuh, yang ditandai CR LF CR LF, dan menyimpan yang datang sesudahnya untuk balasan berikutnya. Ia berhasil bagaimanapun byte-nya dipotong atau digabung.",
  },
  seeFaults: "Potong balasan menjadi beberapa bagian di layar Gangguan untuk melihat cara naif gagal.",
  start: "Jalankan",
  download: "Unduh",
  empty: {
    title: "Belum ada pertukaran",
    text: "Kirim satu permintaan di Lab, misalnya baris di bawah ini pada messi. Ia lalu muncul di sini sebagai program.",
    example: "auth messi surabaya",
    toLab: "Ke Lab",
  },
  remarks: {
    title: "Satu pertukaran dari playground Chatting Time sebagai program.",
    start: (command: string) => `Jalankan dengan: ${command}`,
    connection: "Satu baris keluar, satu balasan masuk.",
    naive:
      "Salah: satu kali baca memberi byte yang sudah tiba sampai saat itu. Itu bisa sebagian balasan, atau lebih dari satu.",
    untilEnd: "Balasan berakhir dengan CR LF CR LF dan bisa tiba dalam potongan apa pun.",
    leftover: "Yang datang sesudah akhir itu milik balasan berikutnya.",
    session: {
      token:
        "Token dari simulasi tidak berarti apa-apa bagi server sungguhan: program ini login dengan akun yang sama, yang harus ada di sana, lalu memakai token yang didapatnya.",
      bound:
        "Permintaan ini tanpa token dan memakai sesi koneksinya, jadi program ini login dulu dengan akun yang sama, yang harus ada di sana.",
      refused:
        "Tidak ada sesi untuk permintaan ini, baik di simulasi maupun di server sungguhan, yang akan menolaknya.",
    },
    closedEarly: "Server menutup koneksi di tengah balasan.",
    noToken: "Server menolak login.",
  },
} satisfies CodeTexts;

export default id;
