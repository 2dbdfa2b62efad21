import type { TextsOf } from "../shape";

export const pipelining = {
  title: "Pipelining dan waktu bolak-balik",
  goal: "Pada jarak jauh yang memakan waktu bukan byte-nya, melainkan menunggunya. Anda akan mengirim tiga permintaan yang sama dengan dua cara dan membandingkan waktunya.",
  prediction: {
    question:
      "Satu byte memerlukan 100 ms ke server dan 100 ms kembali. Tiga permintaan berturut-turut, masing-masing dikirim setelah balasan sebelumnya, memerlukan 600 ms. Berapa lama bila ketiganya dikirim dalam satu penulisan?",
    choices: {
      twoHundred: {
        label: "Sekitar 200 ms.",
        why: "Ketiganya berjalan bersama, begitu pula balasannya. Perjalanan bolak-balik cukup satu kali.",
      },
      fourHundred: {
        label: "Sekitar 400 ms.",
        why: "Server tidak memerlukan perjalanan kedua: ketiga baris tiba sekaligus, dan dibalas sekaligus.",
      },
      sixHundred: {
        label: "600 ms, karena semuanya tetap harus dikerjakan.",
        why: "Pengerjaannya sendiri hampir tidak memakan waktu. Yang 600 ms itu hampir seluruhnya menunggu, dan sebagian besarnya bisa dihemat.",
      },
    },
  },
  tasks: {
    oneByOne: {
      ask: "Anda sudah masuk sebagai messi. Kirim tiga permintaan satu per satu, dan tunggu setiap balasannya.",
      done: "Tiga permintaan, tiga kali bolak-balik: seluruhnya {apart} ms.",
      hints: [
        "Ketik di kartu seperti biasa. Yang berikutnya baru dikirim setelah balasan datang.",
        "Permintaannya bebas: misalnya `list`, `inbox`, dan `help`.",
        "Ketik `list`. Setelah balasannya datang, ketik `inbox`, lalu `help`.",
      ],
      mistakes: {
        atOnce: "Itu dikirim sekaligus, dan itu tugas berikutnya. Kirim dulu tiga permintaan satu per satu.",
        tooFew: "Sudah benar. Lanjutkan sampai tiga kali berturut-turut.",
      },
    },
    together: {
      ask: "Sekarang kirim tiga permintaan dalam satu penulisan.",
      done: "Tiga balasan, setelah {together} ms.",
      hints: [
        "Hal serupa sudah Anda lakukan di pelajaran tentang aliran byte.",
        "Pakai byte mentah, dengan `\\r\\n` di antara baris-barisnya dan di belakang yang terakhir. Token tidak perlu: Anda sudah login di koneksi ini.",
        "Kirim `list\\r\\ninbox\\r\\nhelp` sebagai byte mentah, dengan akhir baris `\\r\\n` di belakangnya.",
      ],
      mistakes: {
        lastUnfinished:
          "Baris terakhir belum berakhir, jadi server masih menunggunya. Akhiri setiap baris dengan `\\r\\n`.",
        onlyTwo: "Itu dua permintaan dalam satu penulisan. Masih kurang satu.",
        apart: "Penulisan itu hanya berisi satu permintaan. Gabungkan tiga baris menjadi satu penulisan.",
      },
    },
    order: {
      ask: "Sekali lagi tiga sekaligus, tetapi dengan satu perintah salah yang bukan di urutan terakhir. Apakah server berhenti di situ?",
      done: "Tidak. Permintaan sesudah yang salah tetap dikerjakan, dan balasannya datang berurutan.",
      hints: [
        "Ambil yang tadi, lalu rusak salah satu dari dua baris pertama.",
        "Taruh sebuah kata yang bukan perintah di antara dua perintah yang benar.",
        "Kirim `list\\r\\nhello\\r\\nhelp` sebagai byte mentah, dengan akhir baris `\\r\\n` di belakangnya.",
      ],
      mistakes: {
        atTheEnd: "Yang salah adalah baris terakhir, jadi tidak ada apa-apa sesudahnya. Taruh di depan atau di tengah.",
        allGood: "Semuanya benar. Ganti yang di tengah dengan kata yang bukan perintah.",
        apart: "Itu ditolak, tetapi dikirim sendirian. Kirim bersama dua yang lain, dalam satu penulisan.",
      },
    },
  },
  explanation: [
    "Satu per satu, diperlukan {apart} ms dari [penulisan pertama](firstWrite) sampai [balasan terakhir](lastReading). Sebagian besar waktu itu habis tanpa ada yang bekerja.",
    "Dalam [satu penulisan](oneWrite) hanya diperlukan {together} ms sampai [balasan terakhir](lastOfOne). Cara ini disebut *pipelining*. Makin jauh jaraknya, makin besar manfaatnya: di meja yang sama Anda hampir tidak merasakannya.",
    "Balasan selalu datang menurut urutan barisnya. [Penolakan itu](refusal) menempati urutannya sendiri, dan [balasan sesudahnya](behindIt) milik baris sesudahnya. Di dalam balasan tidak tertulis permintaan mana yang dijawabnya. Hanya urutannya yang menunjukkan.",
  ],
  ownClient: [
    "Simpan antrean permintaan yang belum dibalas. Balasan berikutnya selalu milik permintaan yang paling lama di antrean itu.",
    "Kirim sekaligus hanya permintaan yang tidak bergantung pada balasan sebelumnya. Dan tetaplah membaca selagi mengirim: client yang banyak mengirim tanpa membaca akan disuruh menunggu oleh server, dan akhirnya diputus.",
  ],
} satisfies TextsOf<"pipelining">;
