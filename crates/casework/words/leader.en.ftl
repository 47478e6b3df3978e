# leader
