/** What the operator does with tenants after they were onboarded: change, suspend, export, offboard, delete. */
@NullMarked
package dev.mtdconnector.operator;

import org.jspecify.annotations.NullMarked;
