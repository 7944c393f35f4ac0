/** How many sessions a page of the account's list has when it is gone through. */
export const PAGE = 100;
