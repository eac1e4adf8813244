/**
 * US regulatory fees on sales by their first day.
 *
 * Sources: the SEC's fee rate advisories (section 31, dollars a million of sales) and FINRA's
 * regulatory notices on the trading activity fee (dollars a share, with a cap an execution). Before
 * the first row of each nothing is charged: a known understatement rather than a guessed rate. The
 * section 31 rate of fiscal 2026 is not recorded here yet; the last known rate stands until it is.
 */
export const regulatoryFees = {
  section31: [
    { from: "2012-04-01", perMillion: "22.40" },
    { from: "2013-05-25", perMillion: "17.40" },
    { from: "2014-03-18", perMillion: "22.10" },
    { from: "2015-02-14", perMillion: "18.40" },
    { from: "2016-02-16", perMillion: "21.80" },
    { from: "2017-07-04", perMillion: "23.10" },
    { from: "2018-05-22", perMillion: "13.00" },
    { from: "2019-04-16", perMillion: "20.70" },
    { from: "2020-02-18", perMillion: "22.10" },
    { from: "2021-02-25", perMillion: "5.10" },
    { from: "2022-05-14", perMillion: "22.90" },
    { from: "2023-02-27", perMillion: "8.00" },
    { from: "2024-05-22", perMillion: "27.80" },
    { from: "2025-05-14", perMillion: "0.00" },
  ],
  tradingActivity: [
    { from: "2012-07-01", perShare: "0.000119", cap: "5.95" },
    { from: "2022-01-01", perShare: "0.00013", cap: "6.49" },
    { from: "2023-01-01", perShare: "0.000145", cap: "7.27" },
    { from: "2024-01-01", perShare: "0.000166", cap: "8.30" },
    { from: "2026-01-01", perShare: "0.000195", cap: "9.79" },
  ],
} as const;
