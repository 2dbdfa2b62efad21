// Teks bahasa Indonesia untuk layar Penyadap.

import type en from "./en";

const id = {
  title: "Penyadap",
  intro:
    "Inilah yang terlihat oleh siapa pun di Wi-Fi yang sama yang menjalankan alat seperti Wireshark: setiap byte dari setiap koneksi, dalam kedua arah. Tidak ada password yang dibobol dan tidak ada server yang diserang. Penyadap hanya mendengarkan.",
  tls: {
    label: "Cara koneksi dibuat",
    plain: "Teks terbuka, seperti di sini",
    encrypted: "Seandainya memakai TLS",
    explained:
      "Dengan TLS, penyadap hanya mendapat panjang dan waktunya, tanpa teks. Panjang di sini adalah panjang teks terbukanya: TLS menambahkan sekitar 22 byte pada tiap record, dan sebuah handshake di awal.",
  },
  empty: {
    title: "Belum ada yang dikirim",
    text: "Apa pun yang dikirim client muncul di sini. Kirimlah sesuatu di Lab, atau mulai dengan contoh.",
    example: (one: string, other: string) => `${one} masuk, dan ${other} menulis kepada ${one}`,
    exampleAlone: (one: string) => `${one} masuk lalu menulis pesan`,
  },
  captured: {
    title: "Yang tersadap",
    explained: "Menurut urutan tibanya, dengan tanda di tempat rahasia terbuka.",
    full: "Penyadap di sini menyimpan 16 MiB yang pertama, dengan 10.000 rahasia; yang datang sesudahnya tidak ditampilkan.",
    list: "Yang tersadap",
    to: (client: string) => `${client} ke server`,
    from: (client: string) => `server ke ${client}`,
    connection: (number: number) => `koneksi ${number}`,
    bytes: (_: number, shown: string) => `${shown} byte`,
    pieces: (_: number, shown: string) => `${shown} potongan`,
    seconds: (time: string) => `${time} s`,
    more: (bytes: string) => `… dan ${bytes} byte lagi`,
    encrypted: "terenkripsi",
    inLab: "Di Lab",
    inLabAbout: (time: string) => `Yang tiba pada ${time} s, di Lab`,
  },
  window: {
    shown: (from: string, to: string, total: string) => `${from} sampai ${to} dari ${total}`,
    earlier: "Sebelumnya",
    later: "Sesudahnya",
  },
  kinds: { password: "Password", token: "Token", messageText: "Pesan" },
  leaks: {
    title: "Yang sudah bocor",
    none: "Belum ada rahasia yang dikirim.",
    columns: { what: "Apa", secret: "Terbaca sebagai", who: "Milik siapa", when: "Kapan", where: "Jejak" },
    ofUser: (username: string) => username,
    unknown: (client: string) => `dikirim oleh ${client}`,
    sentTo: (client: string, recipient: string) => `${client} kepada ${recipient}`,
    sent: (client: string) => `${client} kepada seseorang`,
    receivedFrom: (client: string, sender: string) => `${sender} kepada ${client}`,
    received: (client: string) => `seseorang kepada ${client}`,
    accepted: "diterima server",
    times: (count: string) => `terlihat ${count} kali`,
    cut: (bytes: string) => `(seluruhnya ${bytes} byte)`,
    link: "Tunjukkan",
    linkAbout: (what: string, time: string) => `Tunjukkan di Lab: ${what}, ${time} s`,
  },
  encryptedLeaks: {
    title: "Yang tetap terlihat meskipun ada TLS",
    none: (_: number, shown: string) => `${shown} rahasia yang bocor sebagai teks terbuka tidak akan terbaca.`,
    list: [
      "Siapa berbicara dengan server mana: alamat, port, dan biasanya nama server di awal handshake.",
      "Kapan, seberapa sering, dan berapa lama seseorang terhubung.",
      "Seberapa banyak: permintaan pendek dengan balasan panjang tampak seperti kotak masuk yang penuh, dan login tetap tampak seperti login.",
    ],
    noToken:
      "Tidak ada token yang bisa dipakai, karena token berjalan dalam keadaan terenkripsi. Kembalilah ke teks terbuka untuk melihat apa yang terjadi tanpa TLS.",
  },
  use: {
    title: "Pakai token ini",
    explained:
      "Bagi server, siapa pun yang memegang token adalah pemiliknya. Password tidak ditanyakan lagi, dan tidak penting dari koneksi mana token itu datang. Pesan yang dibaca dengan token itu hilang bagi pemiliknya.",
    none: "Belum ada token yang tersadap. Harus ada yang login dulu.",
    token: "Token",
    tokenOf: (username: string, token: string) => `${username}: ${token}`,
    command: "Perintah",
    client: "Dikirim oleh",
    newClient: (name: string) => `client baru, “${name}”`,
    name: "Penyadap",
    parameters: { username: "Kepada", pesan: "Isi pesan" } as Record<string, string | undefined>,
    message: "tolong pinjami saya uang",
    line: "Yang dimasukkan",
    submit: "Kirim dengan token curian",
    result: "Terminal milik penyadap",
    works: (username: string) =>
      `Berhasil: server menganggap penyadap sebagai ${username}. Password-nya tidak diperlukan.`,
    refused: (username: string) => `Ditolak: sesi ${username} sudah berakhir, begitu pula tokennya.`,
    pending: "Balasannya belum datang.",
    somebody: "seseorang",
  },
  protection: {
    title: "Yang melindungi",
    list: [
      "TLS: penyadap tidak bisa membaca apa pun, jadi tidak ada token yang bisa dicuri. TLS harus dipakai di setiap koneksi, terutama saat login.",
      "Logout: token berakhir di server, dan salinan curiannya ikut mati.",
      "Waktu: sesi yang tidak dipakai berakhir sendiri. Pencuri yang terus memakainya membuatnya tetap hidup, sampai batas umur terpanjangnya.",
    ],
    logOut: (username: string) => `${username} logout, lalu coba lagi`,
    again: "Coba sekali lagi",
    ended: "Server sudah mengakhiri sesi ini.",
  },
  example: { message: "rapatnya jam sembilan, jangan bilang siapa-siapa" },
} satisfies typeof en;

export default id;
