package dev.mtdconnector.bench;

/**
 * The least that a poll can cost: of the plans that Microsoft Graph's limits allow, the one of the fewest requests.
 *
 * @param groups that count, nested ones included
 * @param members direct members of all of them, groups included
 * @param users in any of them
 * @param devices of the directory, of every kind
 * @param deltaPage members on a page of {@code groups/delta}, devices on one of {@code devices/delta}
 */
record CostModel(int groups, int members, int users, int devices, int deltaPage) {

    private static final int GROUPS_A_QUERY = 50;
    private static final int CALLS_A_BATCH = 20;
    private static final int EXPANDED_A_PAGE = 100;
    private static final int MANAGED_A_PAGE = 1_000;
    private static final int CHANGES_A_TRANSACTION = 100;

    /** Changes of groups and of devices: a request for each fifty groups, and one. */
    int noChange() {
        return pages(groups, GROUPS_A_QUERY) + 1;
    }

    /** Members once, owners by the cheaper way, and the place from which devices are followed. */
    int firstSync() {
        return Math.max(pages(members, deltaPage), pages(groups, GROUPS_A_QUERY)) + owners(users) + 1;
    }

    /** The same where Intune's list may be read and names the owner of every device. */
    int firstSyncByIntune() {
        return Math.max(pages(members, deltaPage), pages(groups, GROUPS_A_QUERY)) + pages(devices, MANAGED_A_PAGE) + 1;
    }

    /**
     * What changed, page by page, and the devices of those who joined.
     *
     * @param memberships that began or ended
     * @param joined users whose devices are not known
     * @param changedDevices of which something is different
     */
    int change(int memberships, int joined, int changedDevices) {
        return Math.max(pages(memberships, deltaPage), pages(groups, GROUPS_A_QUERY))
                + (joined == 0 ? 0 : owners(joined))
                + Math.max(1, pages(changedDevices, deltaPage));
    }

    /** Everything again. */
    int fullRescan(int membersAPage) {
        return pages(members, membersAPage) + pages(devices, EXPANDED_A_PAGE);
    }

    private int owners(int ofUsers) {
        return Math.min(pages(devices, EXPANDED_A_PAGE), pages(ofUsers, CALLS_A_BATCH));
    }

    /** All rows of one partition in transactions as full as they can be, with one row of each for the fence. */
    static int transactions(int rows) {
        return pages(rows, CHANGES_A_TRANSACTION - 1);
    }

    private static int pages(int things, int aPage) {
        return (things + aPage - 1) / aPage;
    }
}
