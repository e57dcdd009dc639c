package dev.mtdconnector.bench;

import dev.mtdconnector.local.contoso.WellKnown;

/**
 * The tenant that is synced, counted at Contoso.
 *
 * @param members direct members of the groups that count, groups included
 */
record Tenant(int groups, int members, int users, int devices) {

    /** The pinned group, Field Sales, Frequent Travellers and Sales EMEA, which is within both of those. */
    private static final int GROUPS = 4;

    private static final int MEMBERSHIPS_OF_GROUPS = 4;

    static Tenant of(ContosoProcess contoso) {
        int members = contoso.members(WellKnown.ENROLLMENT_GROUP)
                + contoso.members(WellKnown.FIELD_SALES_GROUP)
                + contoso.members("Frequent Travellers")
                + contoso.members("Sales EMEA");
        return new Tenant(GROUPS, members, members - MEMBERSHIPS_OF_GROUPS, contoso.devices());
    }

    CostModel model(int deltaPage) {
        return new CostModel(groups, members, users, devices, deltaPage);
    }

    @Override
    public String toString() {
        return Figures.number(users) + " users in " + groups + " groups; the directory has " + Figures.number(devices)
                + " devices";
    }
}
