export declare const moment: () => number;
