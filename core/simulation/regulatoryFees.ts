/** Since when a rate holds, and what speaks against relying on it. */
interface Row {
  /** ISO date. */
  readonly from: string;
  readonly note?: string;
}

/** Rates by their first day, ascending. */
export interface RegulatoryFees {
  /** Dollars a million of sales. */
  readonly section31: readonly (Row & { readonly perMillion: string })[];
  /** Dollars a share, and at most so many a trade. */
  readonly tradingActivity: readonly (Row & { readonly perShare: string; readonly cap: string })[];
}

const ONE_SOURCE = "known from one listing of the advisories alone";
const UNCONFIRMED = "from one listing, whose date or rate is not certain";

/**
 * US regulatory fees on sales of shares by their first day, in New York.
 *
 * Sources: the SEC's fee rate advisories (section 31, dollars a million of sales) and FINRA's
 * regulatory notices and fee adjustment schedule (trading activity fee: dollars a share, with a cap
 * a trade). Rows were compared with what is published elsewhere of the same sources; a `note` says
 * where one is weaker than that. Before the first row nothing is charged: a known understatement
 * rather than a guessed rate. The last row stands until a newer one is recorded.
 * @see https://www.sec.gov/rules-regulations/fee-rate-advisories
 * @see https://www.finra.org/rules-guidance/rule-filings/sr-finra-2024-019/fee-adjustment-schedule
 */
export const regulatoryFees: RegulatoryFees = {
  section31: [
    { from: "1998-01-01", perMillion: "33.30", note: "by statute 1/300 of 1 %, told to a dime" },
    { from: "2001-12-28", perMillion: "15.00", note: ONE_SOURCE },
    { from: "2002-04-01", perMillion: "30.10", note: ONE_SOURCE },
    { from: "2003-03-22", perMillion: "25.20", note: ONE_SOURCE },
    { from: "2003-04-01", perMillion: "46.80", note: ONE_SOURCE },
    { from: "2004-02-22", perMillion: "39.00", note: ONE_SOURCE },
    { from: "2004-04-01", perMillion: "23.40", note: ONE_SOURCE },
    { from: "2005-01-07", perMillion: "32.90", note: ONE_SOURCE },
    { from: "2005-04-01", perMillion: "41.80", note: ONE_SOURCE },
    { from: "2005-12-22", perMillion: "30.70", note: ONE_SOURCE },
    { from: "2007-03-17", perMillion: "15.30", note: UNCONFIRMED },
    { from: "2008-01-25", perMillion: "11.00", note: UNCONFIRMED },
    { from: "2008-04-01", perMillion: "5.60", note: ONE_SOURCE },
    { from: "2009-04-10", perMillion: "25.70", note: UNCONFIRMED },
    { from: "2010-01-15", perMillion: "12.70", note: ONE_SOURCE },
    { from: "2010-04-01", perMillion: "16.90", note: ONE_SOURCE },
    { from: "2011-01-21", perMillion: "19.20", note: ONE_SOURCE },
    { from: "2012-02-21", perMillion: "18.00", note: ONE_SOURCE },
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
    { from: "2026-04-04", perMillion: "20.60" },
  ],
  tradingActivity: [
    { from: "2002-10-01", perShare: "0.000050", cap: "5.00", note: ONE_SOURCE },
    { from: "2003-09-01", perShare: "0.000100", cap: "10.00", note: ONE_SOURCE },
    { from: "2004-11-01", perShare: "0.000075", cap: "3.75", note: ONE_SOURCE },
    { from: "2011-07-01", perShare: "0.000090", cap: "4.50" },
    { from: "2012-03-01", perShare: "0.000095", cap: "4.75", note: ONE_SOURCE },
    { from: "2012-07-01", perShare: "0.000119", cap: "5.95" },
    { from: "2022-01-01", perShare: "0.000130", cap: "6.49" },
    { from: "2023-01-01", perShare: "0.000145", cap: "7.27" },
    { from: "2024-01-01", perShare: "0.000166", cap: "8.30" },
    { from: "2026-01-01", perShare: "0.000195", cap: "9.79" },
    { from: "2026-10-01", perShare: "0", cap: "0", note: "SR-FINRA-2026-021, as it was filed" },
    { from: "2027-01-01", perShare: "0.000232", cap: "11.61", note: "scheduled ahead" },
    { from: "2028-01-01", perShare: "0.000240", cap: "12.05", note: "scheduled ahead" },
    { from: "2029-01-01", perShare: "0.000249", cap: "12.50", note: "scheduled ahead" },
  ],
};
