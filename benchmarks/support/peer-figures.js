/**
 * Figures of other systems, measured once and by hand on 22 November 2026; nothing here is run by the benchmarks.
 *
 * Each with the version and configuration that was run and what was counted. Medians of three runs unless said.
 */

/** The machine of these figures and its condition. */
export const PEER_CONDITIONS =
  "2 virtual cores of an AMD EPYC shared with other jobs (load 1.8 to 4), 23 GiB, Debian 12, Python 3.11.2 with numpy\n1.24.2 and pandas 1.5.3, g++ 12.2; one thread each; take 30 % as noise";

/** System, what was run, the figure, memory. */
export const PEER_FIGURES = [
  {
    system: "ABIDES-jpmc-public, commit f9cbe51",
    run: "RMSC04, 1,117 agents, 09:30 to 10:00, logs on",
    figure: "25,900 messages/s",
    memory: "147 MB",
  },
  {
    system: "ABIDES-jpmc-public, commit f9cbe51",
    run: "RMSC04, full day 09:30 to 16:00, logs off (one run)",
    figure: "19,400 messages/s, 970 limit orders/s",
    memory: "217 MB",
  },
  {
    system: "ABIDES-jpmc-public, commit f9cbe51",
    run: "20,117 agents, 10 min (one run, load 3 to 5)",
    figure: "7,400 messages/s",
    memory: "9.49 GB",
  },
  {
    system: "ABIDES, commit c4bf157",
    run: "RMSC03, 5,128 agents, 10 min",
    figure: "7,500 messages/s",
    memory: "730 MB",
  },
  {
    system: "Bristol Stock Exchange, commit 6ebc415",
    run: "default mix, 52 traders, 600 s, dumps off",
    figure: "10,300 orders/s, 27,000 trader turns/s",
    memory: "16 MB",
  },
  {
    system: "Bristol Stock Exchange, commit 6ebc415",
    run: "the mix twenty times, 1,002 traders, 10 s",
    figure: "927 orders/s",
    memory: "16 MB",
  },
  {
    system: "Mesa 3.1.5",
    run: "toy trader, 100,000 agents, `do`",
    figure: "2.1 million agent-steps/s",
    memory: "139 MB",
  },
  {
    system: "Mesa 3.1.5",
    run: "toy trader, 1,000,000 agents, `shuffle_do`",
    figure: "0.44 million agent-steps/s",
    memory: "542 MB",
  },
  {
    system: "FLOX, commit d2dc5ec (C++)",
    run: "`MatchingEngine`, 2 million symmetric limit orders, ladder book (median of six)",
    figure: "1.09 million operations/s",
    memory: "not noted",
  },
  {
    system: "FLOX, commit d2dc5ec (C++)",
    run: "`LiquidationEngine.onMark`, 1 million positions, quiet mark",
    figure: "6.6 ms a mark update",
    memory: "58 MB",
  },
  {
    system: "FLOX, commit d2dc5ec (C++)",
    run: "the same, 100,000 positions, fall of 25 % in 200 ticks, 52,688 liquidated, no book",
    figure: "12.3 ms a mark update",
    memory: "9 MB",
  },
];
