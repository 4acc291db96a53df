package dev.lodge.scheduler.simulation;

/**
 * Colours for domains: first eight that people with any colour vision tell apart (Okabe and Ito's), then hues spread by
 * the golden angle, in three lightnesses.
 */
final class Palette {

    private static final String[] FIRST = {
        "#d55e00", "#0072b2", "#009e73", "#e69f00", "#56b4e9", "#cc79a7", "#f0e442", "#555555",
    };

    private static final int[] PERCENT = {45, 65, 30};

    private Palette() {}

    static String colour(int index) {
        if (index < FIRST.length) {
            return FIRST[index];
        }
        int further = index - FIRST.length;
        // 222.5 is 360 degrees less the golden angle, to half a degree.
        return hsl((further * 2225L % 3600) / 10.0, PERCENT[further % PERCENT.length] / 100.0);
    }

    private static String hsl(double hue, double lightness) {
        double chroma = 0.6 * (1 - Math.abs(2 * lightness - 1));
        StringBuilder colour = new StringBuilder("#");
        for (int offset = 0; offset <= 8; offset += 4) {
            // Red, green and blue are the same curve, a third of the circle apart.
            double k = (offset == 0 ? hue : hue + 360 - offset * 30) / 60 % 6;
            double ramp = Math.clamp(Math.abs(k - 3) - 1, 0, 1);
            int value = (int) Math.round(255 * (lightness - chroma / 2 + chroma * ramp));
            colour.append(Integer.toString(0x100 + value, 16), 1, 3);
        }
        return colour.toString();
    }
}
