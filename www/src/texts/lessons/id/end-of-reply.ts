import type { TextsOf } from "../shape";

export const endOfReply = {
  title: "Di mana akhir sebuah balasan?",
  goal: "Satu balasan bisa tiba dalam beberapa potongan. Anda akan melihat program yang terkecoh oleh potongan pertama, lalu menemukan akhir balasan yang sebenarnya.",
  prediction: {
    question:
      "Balasan untuk login panjangnya 71 byte. Jaringan ke messi membawa paling banyak 64 byte sekaligus. Program messi memanggil `recv(1024)` satu kali dan menganggap hasilnya sebagai balasan. Apa yang diperolehnya?",
    choices: {
      whole: {
        label: "Seluruh balasan: `recv` menunggu sampai ada 1.024 byte atau satu balasan utuh.",
        why: "`recv` tidak mengenal balasan, dan 1.024 hanyalah batas atas. Begitu ada byte yang tiba, `recv` langsung kembali.",
      },
      part: {
        label: "64 byte pertama: objek JSON tanpa bagian akhirnya.",
        why: "`recv` mengembalikan apa yang sudah tiba. Sisanya tiba sesaat kemudian dan disangka sesuatu yang lain.",
      },
      nothing: {
        label: "Kesalahan, karena balasannya belum lengkap.",
        why: "Bagi TCP tidak ada yang belum lengkap: TCP menyerahkan byte secara berurutan dan tidak mengenal balasan. Tidak ada kesalahan yang memberi tahu bahwa bagian akhirnya belum tiba.",
      },
    },
  },
  tasks: {
    naive: {
      ask: "Program messi menganggap setiap potongan sebagai satu balasan utuh. Masuklah sebagai messi dengan password `surabaya`.",
      done: "Server sudah membuka sesi, tetapi client tidak bisa membaca tokennya sendiri.",
      hints: [
        "Masuklah seperti di pelajaran pertama.",
        "Perintahnya `auth`, dengan username dan password.",
        "Ketik `auth messi surabaya`.",
      ],
    },
    framed: {
      ask: "Perbaiki programnya: biarkan ia mengumpulkan byte sampai CR LF CR LF tiba. Kemudian masuk sekali lagi.",
      done: "Dua potongan yang sama, tetapi kali ini client menunggu sampai akhir.",
      hints: [
        "Ubah dulu cara client membaca, baru bertanya lagi.",
        "Tombol di bawah mengubah cara membaca. Sesudah itu Anda perlu login baru, sebab token yang pertama tidak pernah terbaca.",
        "Tekan “Baca sampai CR LF CR LF”, lalu ketik `auth messi surabaya`.",
      ],
      mistakes: {
        stillNaive:
          "Client masih menganggap setiap potongan sebagai balasan, jadi hasilnya sama. Ubah dulu cara membacanya.",
        readerOnly:
          "Sekarang client menunggu akhir balasan. Mintalah sesuatu agar ada balasan yang dibaca: masuk lagi.",
      },
      actions: { framed: "Baca sampai CR LF CR LF" },
    },
    buffer: {
      ask: "Tangkap client di tengah sebuah balasan: ciptakan saat ketika buffer penerimanya berisi byte yang belum menjadi balasan utuh.",
      done: "Byte ini menunggu di buffer client sampai bagian akhirnya tiba.",
      hints: [
        "Setiap langkah riwayat bisa dilihat kembali. Di antara potongan pertama dan potongan terakhir sebuah balasan ada saat seperti itu.",
        "Mundurlah di garis waktu. Atau tahan jaringannya dengan tombol di bawah, kirim permintaan, lalu loloskan beberapa byte saja.",
        "Tekan “Tahan jaringan”, ketik `help`, lalu tekan “Loloskan 40 byte”.",
      ],
      actions: { stall: "Tahan jaringan", deliver: "Loloskan 40 byte" },
    },
  },
  explanation: [
    "Server mengirim [satu balasan](brokenReply). Balasan itu tiba di client dalam dua potongan. [Potongan pertama](firstPiece), 64 byte, oleh program dianggap [sebagai seluruh balasan](brokenReading). Objek JSON yang terpotong tidak bisa dibaca, sehingga client kehilangan tokennya. Server tidak tahu apa-apa tentang itu: sesinya tetap ada, dan setelah login kedua messi memiliki dua sesi.",
    "Dengan cara membaca yang benar, [potongan terakhir](wholePiece) membawa CR LF CR LF, dan baru pada saat itu ada [sebuah balasan](wholeReading). Di dalam balasan keempat byte itu tidak pernah muncul, sebab JSON menuliskan akhir baris di dalam string sebagai huruf `\\r\\n`.",
    "Pada tugas terakhir client sudah menerima [sejumlah byte](delivered), tetapi belum ada balasan. Itu wajar: setiap program yang membaca dari jaringan memerlukan tempat untuk byte seperti ini.",
  ],
  ownClient: [
    "Sediakan satu buffer untuk setiap koneksi. Tambahkan hasil `recv` ke buffer, dan selama ada CR LF CR LF di dalamnya, ambil satu balasan dari bagian depan. Sisanya disimpan untuk putaran berikutnya.",
    "Bila `recv` tidak menghasilkan satu byte pun, server sudah menutup koneksi: berhentilah membaca, jangan mencoba terus.",
  ],
} satisfies TextsOf<"endOfReply">;
