package dev.lodge.vmm.grant;

import dev.lodge.vmm.abi.GrantTableAbi;

/** Why a grant was not given, and what Xen calls that ({@code GNTST_*}). */
enum Refusal {
    NONE(GrantTableAbi.GNTST_okay, "is given"),
    DOMAIN_GONE(GrantTableAbi.GNTST_bad_domain, "is of a domain that is gone"),
    BEYOND_TABLE(GrantTableAbi.GNTST_bad_gntref, "is beyond the grant table"),
    NO_ACCESS(GrantTableAbi.GNTST_general_error, "grants no access of that kind"),
    OTHER_GRANTEE(GrantTableAbi.GNTST_general_error, "is for another domain"),
    READ_ONLY(GrantTableAbi.GNTST_general_error, "is read-only"),
    UNSTABLE(GrantTableAbi.GNTST_general_error, "changes all the time"),
    IN_USE(GrantTableAbi.GNTST_general_error, "is in use by another domain, otherwise, or too often"),
    NOT_TRANSITIVE(GrantTableAbi.GNTST_general_error, "passes on what may not be passed on"),
    NOT_RAM(GrantTableAbi.GNTST_bad_page, "names a frame that is not RAM");

    private final int status;
    private final String text;

    Refusal(int status, String text) {
        this.status = status;
        this.text = text;
    }

    /** {@code GNTST_*}. */
    int status() {
        return status;
    }

    /** What follows "grant 8" in a sentence. */
    String text() {
        return text;
    }
}
