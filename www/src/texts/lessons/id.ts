// Teks bahasa Indonesia untuk layar Pelajaran.

import type { LessonsScreenTexts } from "./en";
import { endOfReply } from "./id/end-of-reply";
import { firstRequest } from "./id/first-request";
import { logout } from "./id/logout";
import { mailbox } from "./id/mailbox";
import { online } from "./id/online";
import { pieces } from "./id/pieces";
import { pipelining } from "./id/pipelining";
import { sessions } from "./id/sessions";
import { stolenToken } from "./id/stolen-token";
import { stream } from "./id/stream";

const id: LessonsScreenTexts = {
  title: "Pelajaran",
  introduction:
    "Setiap pelajaran memakan waktu lima sampai sepuluh menit: tebak apa yang akan terjadi, coba di simulasi, lalu cermati apa yang Anda lihat. Semuanya tersimpan di browser ini saja.",
  path: {
    label: "Pelajaran menurut urutan",
    notBegun: "belum dimulai",
    begun: (done, tasks) => `${done} dari ${tasks} tugas selesai`,
    finished: "selesai",
    next: "Lanjutkan di sini",
    progress: (finished, lessons) => `${finished} dari ${lessons} pelajaran selesai`,
  },
  unknownLesson: {
    title: "Pelajaran itu tidak ada",
    text: "Alamat ini menyebut pelajaran yang tidak ada di sini.",
  },
  allLessons: "Semua pelajaran",
  number: (number, lessons) => `Pelajaran ${number} dari ${lessons}`,
  predict: "Tebak dulu",
  predictFirst: "Tebaklah dulu. Setelah itu giliran Anda mencoba di sini.",
  commit: "Ini tebakan saya",
  predicted: (label) => `Tebakan Anda: ${label}`,
  guessAgain: "Tebak ulang",
  laterMore: "Benar tidaknya akan Anda lihat sendiri.",
  try: "Coba",
  taskNumber: (number, tasks) => `Tugas ${number} dari ${tasks}`,
  taskDone: "Selesai",
  taskNow: "Sekarang",
  taskLater: "Nanti",
  hint: (shown) => (shown === 0 ? "Minta petunjuk" : "Petunjuk lagi"),
  hintNumber: (number) => `Petunjuk ${number}`,
  underWay: "Masih ada byte di perjalanan. Majulah di garis waktu supaya byte itu tiba.",
  inThePast:
    "Anda sedang melihat langkah yang lebih awal. Yang Anda lakukan sekarang memulai cabang di sini; langkah sesudahnya tetap ada.",
  explain: "Yang Anda lihat",
  yourGuess: "Tebakan Anda",
  guessRight: "Tebakan Anda benar.",
  guessWrong: "Ternyata lain.",
  youGuessed: "tebakan Anda",
  true: "benar",
  evidence: (number) => `nomor ${number} di jejak`,
  ownClient: "Di client Anda sendiri",
  lessonFinished: "Pelajaran selesai.",
  nextLesson: "Pelajaran berikutnya",
  previousLesson: "Pelajaran sebelumnya",
  lastLesson: "Itu pelajaran terakhir. Di Lab, semua yang Anda lihat bisa dibongkar dan disusun ulang.",
  toLab: "Ke Lab",
  simulation: "Simulasi",
  toSimulation: "Ke simulasi",
  toText: "Kembali ke pelajaran",
  views: { label: "Yang ditampilkan di bawah client", trace: "Jejak", state: "Server" },
  openInLab: "Buka di Lab",
  openedInLab: "Skenario ini sekarang ada di Lab.",
  notOpenedInLab:
    "Skenario ini, atau yang ada di Lab, terlalu besar untuk dipindahkan atau disisihkan browser, jadi tidak ada yang diubah. Mulai lagi adegannya di sini, atau mulai dari awal di Lab lewat garis waktu.",
  undo: "Urungkan",
  sceneAgain: "Ulangi adegan",
  sceneStarted: "Adegannya kembali seperti semula. Tugas yang sudah selesai tetap selesai.",
  startAgain: {
    one: "Ulangi pelajaran",
    oneTitle: "Ulangi pelajaran ini?",
    oneText: "Tebakan dan tugas yang sudah selesai di pelajaran ini dihapus. Pelajaran lain tetap seperti adanya.",
    all: "Ulangi semuanya",
    allTitle: "Ulangi semua pelajaran?",
    allText:
      "Tebakan dan tugas yang sudah selesai di semua pelajaran dihapus. Anda bisa menyimpannya dulu sebagai berkas.",
    confirm: "Ulangi",
  },
  progress: {
    title: "Kemajuan Anda",
    text: "Tersimpan di browser ini saja. Sebagai berkas, kemajuan ini bisa Anda bawa ke komputer lain atau Anda kumpulkan.",
    export: "Simpan sebagai berkas",
    import: "Buka berkas",
    imported: (lessons) => `Kemajuan ${lessons} pelajaran sudah diambil alih.`,
    problems: {
      unreadable: "Berkas ini tidak bisa dibaca. Pilih sekali lagi, atau pilih berkas lain.",
      tooLarge: "Berkas ini terlalu besar untuk simpanan kemajuan, jadi tidak dibaca.",
      noProgress: "Berkas ini tidak berisi kemajuan pelajaran. Kemajuan Anda tidak berubah.",
      newer:
        "Berkas ini berasal dari versi playground yang lebih baru. Muat ulang halaman, atau buka berkasnya di sana. Kemajuan Anda tidak berubah.",
      damaged: "Berkas ini rusak, dan tidak ada yang diambil darinya. Kemajuan Anda tidak berubah.",
    },
    notKept:
      "Browser ini tidak menyimpan apa pun untuk halaman ini. Anda bisa terus; simpan kemajuan Anda sebagai berkas sebelum menutup halaman.",
  },
  sceneNotKept:
    "Yang Anda lakukan di simulasi tidak bisa dikembalikan, jadi adegannya mulai dari awal. Tugas Anda tetap selesai.",
  commonMistakes: {
    onlyConnected: "Anda sudah tersambung. Server tidak mengatakan apa-apa lebih dulu: ia menunggu baris pertama Anda.",
    noLineEnd:
      "Byte-nya sudah tiba di server, tetapi akhir barisnya belum, jadi server masih menunggu sisa baris itu. Satu baris diakhiri LF, biasanya ditulis `\\r\\n`.",
    unknownCommand: "Server tidak mengenal kata pertama baris itu. Mungkin salah ketik: `help` memuat semua perintah.",
    badParameters:
      "Perintahnya benar, tetapi yang di belakangnya kurang atau berlebih. Cara pakainya ada di `usage` dalam balasan.",
    notLoggedIn:
      "Server tidak tahu atas nama siapa itu diminta. Harus ada yang masuk dulu dengan `auth`, atau kirim token yang masih hidup.",
    wrongPassword: "User-nya ada, tetapi password-nya bukan itu. Password-nya `surabaya`.",
    userNotFound: "Tidak ada user dengan nama itu. Yang ada `messi`, `lineker`, dan `henderson`.",
  },
  lessons: {
    firstRequest,
    endOfReply,
    stream,
    pieces,
    sessions,
    logout,
    mailbox,
    online,
    pipelining,
    stolenToken,
  },
};

export default id;
