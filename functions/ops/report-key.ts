/** Where isolates find what one of them found out for `/ready`. */
export const reportKey = "ops:report";
