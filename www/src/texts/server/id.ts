// Teks bahasa Indonesia untuk layar "Server sungguhan".

import type { ServerTexts } from "./en";

const id = {
  title: "Server sungguhan",
  band: "Yang Anda lakukan di sini terjadi di server sungguhan, dengan akun sungguhan.",
  address: "Hanya berbicara dengan",
  overheard:
    "Koneksi ini tidak dienkripsi: siapa pun di jaringan yang sama bisa membaca password, token, dan pesan. Jangan pakai password yang penting di tempat lain.",
  keptNowhere:
    "Password dan token hanya ada di memori halaman ini. Keduanya tidak masuk ke tautan, ekspor, atau penyimpanan, dan terlupakan begitu Anda meninggalkan halaman. Di server, sesi tetap hidup sampai Anda logout atau masanya habis.",
  stayConnected: "Koneksi tetap terbuka selama Anda melihat layar lain.",
  clients: "Client dari server sungguhan",
  client: (number: number) => `Client ${number}`,
  add: "Tambah client",
  session: {
    showTokens: "Tampilkan token",
    none: "belum login",
  },
  connection: {
    connect: "Hubungkan",
    again: "Hubungkan lagi",
    disconnect: "Putuskan",
    giveUp: "Batalkan",
    unanswered: (count: number) => `menunggu ${count} balasan`,
    slow: "Server lama membalas. Koneksinya masih ada: tunggu, atau putuskan.",
    slowToConnect: "Server lama menjawab.",
    sessionKept: "Sesi Anda masih ada di halaman ini: hubungkan lagi lalu lanjutkan.",
    states: {
      never: "belum terhubung",
      connecting: "menghubungkan …",
      open: "terhubung",
      closed: "diputus",
      lost: "koneksi hilang",
      stopped: "server berhenti",
      full: "server penuh",
      cutOff: "diputus server",
      noAnswer: "tidak dijawab",
      notProtocol: "tidak dimengerti",
      absent: "tidak ada server di sini",
      refused: "ditolak",
      unreachable: "tidak terjangkau",
    },
    reasons: {
      lost: "Koneksi terputus: mungkin server dihentikan, atau jaringan hilang.",
      stopped: "Server sedang atau sudah dihentikan. Setelah server berjalan lagi, hubungkan lagi.",
      full: "Server sudah memegang koneksi sebanyak yang dibolehkan. Coba lagi setelah ada yang pergi.",
      cutOff: "Server memutus koneksi karena sebuah permintaan terlalu lama tiba.",
      noAnswer: "Tidak ada jawaban dalam 15 detik. Periksa apakah server berjalan dan jaringan ada.",
      notProtocol:
        "Yang datang bukan balasan protokol ini. Yang menyusul pun tidak bisa dipercaya, jadi koneksi ditutup. Apakah ada program lain di alamat ini?",
      absent:
        "Yang menyajikan halaman ini tidak menerima koneksi chat. Jalankan server dengan “chatting-time serve”, lalu buka alamat yang dicetaknya.",
      refused:
        "Server ada, tetapi menolak koneksi. Buka halaman ini tepat di alamat yang dicetak server; bila ada proxy di antaranya, proxy itu harus meneruskan WebSocket.",
      unreachable: "Server tidak terjangkau: mungkin server dihentikan, atau jaringan hilang.",
    },
  },
  notices: {
    tooLong: (bytes: string, bound: string) =>
      `Tidak dikirim: permintaan ini ${bytes} byte, sedangkan server menerima paling banyak ${bound}.`,
    notSent: (count: number) =>
      count === 1 ? "Tidak dikirim: tidak ada koneksi." : `${count} permintaan tidak dikirim: tidak ada koneksi.`,
    unanswered: (count: number) =>
      `Balasan untuk ${count} permintaan tidak akan datang: mungkin sudah terlaksana, mungkin belum. Periksa dulu sebelum mengulang.`,
    refusals: {
      server_busy: "Server sedang terlalu sibuk dan tidak melakukan apa pun. Coba lagi sebentar lagi.",
      storage_unavailable:
        "Server sedang tidak bisa menyimpan apa pun. Permintaan ini mungkin sudah terlaksana, mungkin belum. Pengelola server perlu memeriksa disknya.",
      shutting_down: "Server sedang berhenti dan tidak melakukan apa pun.",
    },
  },
  tooMany: "Lima puluh permintaan menunggu balasan. Tunggu dulu sebagian.",
  recent: {
    title: "Permintaan dan balasan terakhir",
    none: "Belum ada yang dikirim.",
    newestFirst: "Permintaan dan balasan, terbaru di atas",
    bound: "Yang disimpan hanya 200 terakhir, di halaman ini saja.",
    clear: "Kosongkan",
    time: "Waktu",
    client: "Client",
    direction: "Arah",
    text: "Teks",
    directions: { toServer: "ke server", toClient: "dari server" },
    took: (milliseconds: string) => `${milliseconds} ms`,
    cut: (characters: string) => `… dan ${characters} karakter lagi`,
  },
  asFile: {
    title: "Berkas tidak punya server",
    text: "Anda membuka playground sebagai berkas, jadi tidak ada server asalnya, dan halaman ini tidak berbicara dengan server lain. Yang lain semuanya tetap berfungsi di sini.",
    do: "Untuk berbicara dengan server sungguhan:",
    steps: [
      "Jalankan satu: chatting-time serve",
      "Buka di browser alamat playground yang dicetaknya, biasanya http://127.0.0.1:8080",
      "Pilih “Server sungguhan” di sana.",
    ],
  },
} satisfies ServerTexts;

export default id;
