// Why the page can't start, or can't go on. These sentences stand here in both languages, because a page that can't start may have been
// unable to load its texts as well.

export type StartupProblem =
  | "noWebAssembly"
  | "engineNotLoaded"
  | "textsNotLoaded"
  | "engineStopped"
  | "engineStoppedLater"
  | "unexpected";

export interface BilingualText {
  id: string;
  en: string;
}

export const STARTUP_PROBLEMS: Record<StartupProblem, BilingualText> = {
  noWebAssembly: {
    id: "Browser ini tidak menjalankan WebAssembly, padahal server di dalam playground memerlukannya. Pakai Firefox, Chrome, Edge, atau Safari terbaru; bila WebAssembly dimatikan oleh pengaturan (misalnya mode lockdown), hidupkan untuk halaman ini.",
    en: "This browser runs no WebAssembly, which the server inside the playground needs. Use a recent Firefox, Chrome, Edge or Safari; if a setting such as lockdown mode turned it off, turn it on for this page.",
  },
  engineNotLoaded: {
    id: "Mesin playground tidak bisa dimuat. Mungkin jaringan terputus, atau berkasnya tidak lengkap. Muat ulang halaman ini; bila tetap begitu, unduh lagi atau beri tahu pengelola server.",
    en: "The playground's engine could not be loaded. The network may be gone, or a file may be damaged. Reload this page; if that does not help, download it again or tell whoever runs the server.",
  },
  textsNotLoaded: {
    id: "Teks halaman ini tidak bisa dimuat. Mungkin jaringan terputus: periksa, lalu muat ulang halaman.",
    en: "The texts of this page could not be loaded. The network may be gone: check it, then reload the page.",
  },
  engineStopped: {
    id: "Mesin playground berhenti saat menjalankan lagi skenario dari kunjungan sebelumnya. Tidak ada yang hilang: skenario itu masih tersimpan di browser ini. Muat ulang halaman untuk mencoba lagi. Bila tetap begitu, mulailah dengan skenario baru; yang lama kemudian bisa disimpan sebagai berkas lewat Bagikan.",
    en: "The playground's engine stopped while it played the scenario of your last visit again. Nothing is lost: this browser still keeps it. Reload the page to try again. If that does not help, begin with a new scenario; you can then save the old one as a file under Share.",
  },
  engineStoppedLater: {
    id: "Mesin playground berhenti, kemungkinan besar karena memori tidak cukup. Yang ada di Lab masih seperti terakhir tersimpan di browser ini: muat ulang halaman untuk melanjutkannya. Bila ini terjadi saat membuka sesuatu, jangan buka lagi.",
    en: "The playground's engine stopped, most likely for want of memory. What the Lab had is still as this browser last kept it: reload the page to go on with it. If this happened when you opened something, don't open that again.",
  },
  unexpected: {
    id: "Playground berhenti saat dimulai. Muat ulang halaman; bila tetap begitu, mulailah dengan skenario baru.",
    en: "The playground stopped while starting. Reload the page; if that does not help, begin with a new scenario.",
  },
};

export class StartupError extends Error {
  readonly problem: StartupProblem;

  constructor(problem: StartupProblem, cause?: unknown) {
    super(STARTUP_PROBLEMS[problem].en, { cause });
    this.problem = problem;
  }
}

/** Runs one part of the start, whose failure means `problem`. */
export async function orProblem<Value>(problem: StartupProblem, start: () => Promise<Value>): Promise<Value> {
  try {
    return await start();
  } catch (cause) {
    throw new StartupError(problem, cause);
  }
}
