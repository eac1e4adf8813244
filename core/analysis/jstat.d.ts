/** The part of jstat that is used here; the package brings no types of its own. */
declare module "jstat" {
  const jstat: {
    readonly normal: {
      /** Probability that a normal variable is at most `x`. */
      cdf(x: number, mean: number, deviation: number): number;
    };
  };
  export default jstat;
}
