declare module 'humanparser' {
  interface Name {
    readonly firstName?: string;
    readonly lastName?: string;
  }
  const humanparser: { parseName(name: string): Name };
  export default humanparser;
}
